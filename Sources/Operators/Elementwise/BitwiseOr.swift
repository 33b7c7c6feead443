/// Bits set in either.
struct BitwiseOr: BitwiseOperator {
  static let name = "BitwiseOr"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply<Value: FixedWidthInteger>(_ a: Value, _ b: Value) -> Value { a | b }
}
