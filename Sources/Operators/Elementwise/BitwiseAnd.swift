/// Bits set in both.
struct BitwiseAnd: BitwiseOperator {
  static let name = "BitwiseAnd"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: FixedWidthInteger>(_ a: Value, _ b: Value) -> Value { a & b }
}
