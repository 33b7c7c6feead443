struct BlockedMaxPool: BlockedLayoutOperator {
  static let name = "MaxPool"
  let base: MaxPool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try MaxPool(attributes) }
}
