/// `a` or `b` but not both.
struct Xor: LogicalOperator {
  static let name = "Xor"
  let alignment: LegacyAlignment
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alignment = try LegacyAlignment(attributes)
  }
  static func apply(_ a: Bool, _ b: Bool) -> Bool { a != b }
}
