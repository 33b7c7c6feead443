/// The product of two tensors of 8-bit numbers, element by element.
struct QLinearMul: QLinearOperator {
  static let name = "QLinearMul"
  static let result = 6
  static func operands(of count: Int) -> [Int] { [0, 3] }
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    inner = try Mul(Self.reader(attributes, inputs: 2))
  }
}
