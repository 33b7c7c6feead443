/// `a * b`.
struct Mul: ArithmeticOperator {
  static let name = "Mul"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.multiplied(by: b) }
}

extension Mul: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try alignment.checkDerivative()
    try d.giveStretched(0) { d in d.apply("Mul", .gradient(0), .input(1)) }
    try d.giveStretched(1) { d in d.apply("Mul", .gradient(0), .input(0)) }
  }
}
