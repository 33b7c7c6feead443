/// Bits set in one of both.
struct BitwiseXor: BitwiseOperator {
  static let name = "BitwiseXor"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: FixedWidthInteger>(_ a: Value, _ b: Value) -> Value { a ^ b }
}
