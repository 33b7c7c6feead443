/// Softmax as the operator set of ai.onnx that the attribute names defines it.
struct QLinearSoftmax: QLinearUnary {
  static let name = "QLinearSoftmax"
  let base: Softmax
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Softmax(attributes.asVersion(try attributes.requiredInteger("opset")))
  }
}
