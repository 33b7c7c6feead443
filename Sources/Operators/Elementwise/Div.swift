/// `a / b`; integers round towards 0.
struct Div: ArithmeticOperator {
  static let name = "Div"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value { a.quotient(by: b) }
}
