struct QLinearGlobalAveragePool: QLinearUnary {
  static let name = "QLinearGlobalAveragePool"
  let base: ChannelsLast<GlobalAveragePool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}
