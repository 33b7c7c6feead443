/// The square root of the sum of squares.
struct ReduceL2: ReduceOperator {
  static let name = "ReduceL2"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value {
    accumulated.adding(x.multiplied(by: x))
  }
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value {
    Value(from: accumulated.double.squareRoot())
  }
}
