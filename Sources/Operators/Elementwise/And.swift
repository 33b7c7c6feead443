/// `a && b`.
struct And: LogicalOperator {
  static let name = "And"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply(_ a: Bool, _ b: Bool) -> Bool { a && b }
}
