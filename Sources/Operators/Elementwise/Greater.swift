/// `a > b`.
struct Greater: ComparisonOperator {
  static let name = "Greater"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool { a > b }
}
