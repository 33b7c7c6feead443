/// `a + b`.
struct Add: ArithmeticOperator {
  static let name = "Add"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.adding(b) }
}

extension Add: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try alignment.checkDerivative()
    for input in 0...1 { try d.giveStretched(input) { _ in .gradient(0) } }
  }
}
