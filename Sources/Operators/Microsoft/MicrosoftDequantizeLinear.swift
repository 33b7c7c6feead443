/// DequantizeLinear with types that ai.onnx took up later.
struct MicrosoftDequantizeLinear: WrappingOperator {
  static let name = "DequantizeLinear"
  let base: DequantizeLinear
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try DequantizeLinear(attributes.asVersion(21))
  }
}
