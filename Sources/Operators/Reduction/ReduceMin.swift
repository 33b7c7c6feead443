/// The smallest element.
struct ReduceMin: ReduceOperator {
  static let name = "ReduceMin"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func initial<Value: Number>() -> Value { .highest }
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.minimum(x) }
}
