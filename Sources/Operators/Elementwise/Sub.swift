/// `a - b`.
struct Sub: ArithmeticOperator {
  static let name = "Sub"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.subtracting(b) }
}
