/// The product.
struct ReduceProd: ReduceOperator {
  static let name = "ReduceProd"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func initial<Value: Number>() -> Value { .one }
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value {
    accumulated.multiplied(by: x)
  }
}
