struct BlockedConv: BlockedLayoutOperator {
  static let name = "Conv"
  let base: FusedConv
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try FusedConv(attributes) }
}
