/// The sum of its inputs.
struct Sum: VariadicOperator {
  static let name = "Sum"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.adding(b) }
}

extension Sum: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    for input in d.inputs.indices { try d.giveStretched(input) { _ in .gradient(0) } }
  }
}
