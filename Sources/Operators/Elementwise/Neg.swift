/// `-x`.
struct Neg: UnaryArithmetic {
  static let name = "Neg"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ x: Value) -> Value { x.negated }
}
