/// The sum of two tensors of 8-bit numbers.
struct QLinearAdd: QLinearOperator {
  static let name = "QLinearAdd"
  static let result = 6
  static func operands(of count: Int) -> [Int] { [0, 3] }
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    inner = try Add(Self.reader(attributes, inputs: 2))
  }
}
