/// QLinearConv that may take and give maps with channels last.
struct MicrosoftQLinearConv: WrappingOperator {
  static let name = "QLinearConv"
  let base: ChannelsLast<QLinearConv>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}
