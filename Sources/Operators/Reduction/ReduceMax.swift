/// The largest element.
struct ReduceMax: ReduceOperator {
  static let name = "ReduceMax"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func initial<Value: Number>() -> Value { .lowest }
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.maximum(x) }
}
