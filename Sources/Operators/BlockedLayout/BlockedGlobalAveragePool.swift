struct BlockedGlobalAveragePool: BlockedLayoutOperator {
  static let name = "GlobalAveragePool"
  let base: GlobalAveragePool
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try GlobalAveragePool(attributes)
  }
}
