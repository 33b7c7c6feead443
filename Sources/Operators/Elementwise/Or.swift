/// `a || b`.
struct Or: LogicalOperator {
  static let name = "Or"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply(_ a: Bool, _ b: Bool) -> Bool { a || b }
}
