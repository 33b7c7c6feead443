/// The mean.
struct ReduceMean: ReduceOperator {
  static let name = "ReduceMean"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 18)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.adding(x) }
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value {
    accumulated.quotient(by: Value(from: Double(count)))
  }
}
