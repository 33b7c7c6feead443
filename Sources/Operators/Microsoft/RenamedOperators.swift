internal import Network

/// Pad as com.microsoft registers it: amounts and value are inputs.
struct MicrosoftPad: WrappingOperator {
  static let name = "Pad"
  let base: Pad
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Pad(attributes.asVersion(13))
  }
}

/// QuantizeLinear with types that ai.onnx took up later.
struct MicrosoftQuantizeLinear: WrappingOperator {
  static let name = "QuantizeLinear"
  let base: QuantizeLinear
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try QuantizeLinear(attributes.asVersion(21))
  }
}

/// DequantizeLinear with types that ai.onnx took up later.
struct MicrosoftDequantizeLinear: WrappingOperator {
  static let name = "DequantizeLinear"
  let base: DequantizeLinear
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try DequantizeLinear(attributes.asVersion(21))
  }
}

/// QLinearConv that may take and give maps with channels last.
struct MicrosoftQLinearConv: WrappingOperator {
  static let name = "QLinearConv"
  let base: ChannelsLast<QLinearConv>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try ChannelsLast(attributes) }
}

/// MaxPool of maps with channels last.
struct NhwcMaxPool: WrappingOperator {
  static let name = "NhwcMaxPool"
  let base: ChannelsLast<MaxPool>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try ChannelsLast(attributes, isChannelsLast: true)
  }
}

/// FusedConv of maps with channels last, the addend included.
struct NhwcFusedConv: WrappingOperator {
  static let name = "NhwcFusedConv"
  let base: ChannelsLast<FusedConv>
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try ChannelsLast(attributes, isChannelsLast: true, maps: [0, 3])
  }
}
