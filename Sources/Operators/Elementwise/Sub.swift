/// `a - b`.
struct Sub: ArithmeticOperator {
  static let name = "Sub"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.subtracting(b) }
}

extension Sub: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try alignment.checkDerivative()
    try d.giveStretched(0) { _ in .gradient(0) }
    try d.giveStretched(1) { d in d.apply("Neg", .gradient(0)) }
  }
}
