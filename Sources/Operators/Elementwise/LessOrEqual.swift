/// `a <= b`.
struct LessOrEqual: ComparisonOperator {
  static let name = "LessOrEqual"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool { a <= b }
}
