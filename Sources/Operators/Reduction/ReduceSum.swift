/// The sum.
struct ReduceSum: ReduceOperator {
  static let name = "ReduceSum"
  let axes: ReductionAxes

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axes = try ReductionAxes(attributes, inputSince: 13)
  }

  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value { accumulated.adding(x) }
}

extension ReduceSum: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d throws(OperatorError) in try axes.stretched(.gradient(0), &d) }
  }
}
