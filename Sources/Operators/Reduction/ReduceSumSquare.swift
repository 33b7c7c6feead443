/// The sum of squares.
struct ReduceSumSquare: ReduceOperator {
  static let name = "ReduceSumSquare"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value {
    accumulated.adding(x.multiplied(by: x))
  }
}
