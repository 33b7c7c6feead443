/// LeakyRelu of 8-bit numbers.
struct QLinearLeakyRelu: QLinearOperator {
  static let name = "QLinearLeakyRelu"
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    inner = try LeakyRelu(Self.reader(attributes))
  }
}
