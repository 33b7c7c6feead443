/// `a < b`.
struct Less: ComparisonOperator {
  static let name = "Less"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool { a < b }
}
