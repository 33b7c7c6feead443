struct QLinearLeakyRelu: QLinearUnary {
  static let name = "QLinearLeakyRelu"
  let base: LeakyRelu
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { base = try LeakyRelu(attributes) }
}
