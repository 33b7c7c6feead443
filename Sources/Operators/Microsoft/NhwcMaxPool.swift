/// MaxPool of maps with channels last.
struct NhwcMaxPool: WrappingOperator {
  static let name = "NhwcMaxPool"
  let base: ChannelsLast<MaxPool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try ChannelsLast(attributes, isChannelsLast: true)
  }
}
