struct BlockedAveragePool: BlockedLayoutOperator {
  static let name = "AveragePool"
  let base: AveragePool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try AveragePool(attributes) }
}
