/// The sum of absolute values.
struct ReduceL1: ReduceOperator {
  static let name = "ReduceL1"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value {
    accumulated.adding(x < .zero ? x.negated : x)
  }
}
