/// `1 / (1 + exp(-x))` of 8-bit numbers.
struct QLinearSigmoid: QLinearOperator {
  static let name = "QLinearSigmoid"
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    inner = try Sigmoid(Self.reader(attributes))
  }
}
