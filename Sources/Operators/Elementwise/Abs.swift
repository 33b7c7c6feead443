/// The absolute value.
struct Abs: UnaryArithmetic {
  static let name = "Abs"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ x: Value) -> Value { x < .zero ? x.negated : x == .zero ? .zero : x }
}

extension Abs: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Sign", .input(0)) }
  }
}
