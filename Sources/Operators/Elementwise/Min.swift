/// The smallest of its inputs.
struct Min: VariadicOperator {
  static let name = "Min"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.minimum(b) }
}
