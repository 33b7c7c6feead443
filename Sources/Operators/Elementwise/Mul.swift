/// `a * b`.
struct Mul: ArithmeticOperator {
  static let name = "Mul"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.multiplied(by: b) }
}
