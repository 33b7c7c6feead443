/// The mean of each window of 8-bit numbers.
struct QLinearAveragePool: QLinearOperator {
  static let name = "QLinearAveragePool"
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard try !attributes.flag("channels_last") else { throw .unsupported("channels_last") }
    inner = try AveragePool(Self.reader(attributes))
  }
}
