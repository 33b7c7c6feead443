/// QuantizeLinear with types that ai.onnx took up later.
struct MicrosoftQuantizeLinear: WrappingOperator {
  static let name = "QuantizeLinear"
  let base: QuantizeLinear
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try QuantizeLinear(attributes.asVersion(21))
  }
}
