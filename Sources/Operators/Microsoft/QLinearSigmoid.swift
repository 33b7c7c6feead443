struct QLinearSigmoid: QLinearUnary {
  static let name = "QLinearSigmoid"
  let base: Sigmoid
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try Sigmoid(attributes) }
}
