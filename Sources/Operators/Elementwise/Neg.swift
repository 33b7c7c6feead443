/// `-x`.
struct Neg: UnaryArithmetic {
  static let name = "Neg"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ x: Value) -> Value { x.negated }
}

extension Neg: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.apply("Neg", .gradient(0)) }
  }
}
