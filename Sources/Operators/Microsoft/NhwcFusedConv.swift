/// FusedConv of maps with channels last, the addend included.
struct NhwcFusedConv: WrappingOperator {
  static let name = "NhwcFusedConv"
  let base: ChannelsLast<FusedConv>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try ChannelsLast(attributes, isChannelsLast: true, maps: [0, 3])
  }
}
