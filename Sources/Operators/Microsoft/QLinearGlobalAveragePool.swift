/// The mean of each plane of 8-bit numbers.
struct QLinearGlobalAveragePool: QLinearOperator {
  static let name = "QLinearGlobalAveragePool"
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard try !attributes.flag("channels_last") else { throw .unsupported("channels_last") }
    inner = try GlobalAveragePool(Self.reader(attributes))
  }
}
