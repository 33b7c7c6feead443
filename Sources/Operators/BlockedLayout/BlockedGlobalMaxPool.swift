struct BlockedGlobalMaxPool: BlockedLayoutOperator {
  static let name = "GlobalMaxPool"
  let base: GlobalMaxPool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try GlobalMaxPool(attributes) }
}
