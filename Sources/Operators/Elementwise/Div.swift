/// `a / b`; integers round towards 0.
struct Div: ArithmeticOperator {
  static let name = "Div"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.quotient(by: b) }
}

extension Div: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try alignment.checkDerivative()
    try d.giveStretched(0) { d in d.apply("Div", .gradient(0), .input(1)) }
    try d.giveStretched(1) { d in
      d.apply("Neg", d.apply("Div", d.apply("Mul", .gradient(0), .output(0)), .input(1)))
    }
  }
}
