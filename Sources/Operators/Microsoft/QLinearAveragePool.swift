struct QLinearAveragePool: QLinearUnary {
  static let name = "QLinearAveragePool"
  let base: ChannelsLast<AveragePool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}
