/// The largest of its inputs.
struct Max: VariadicOperator {
  static let name = "Max"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.maximum(b) }
}
