/// Tensors of 8-bit numbers one behind the other along an axis, brought to one scale.
///
/// Inputs: the result's scale and zero point, then each tensor with its own.
struct QLinearConcat: QLinearOperator {
  static let name = "QLinearConcat"
  static let result = 0
  static func operands(of count: Int) -> [Int] { Array(stride(from: 2, to: count - 1, by: 3)) }
  let inner: any Operator

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard attributes.inputCount >= 5, attributes.inputCount % 3 == 2 else {
      throw .unsupported("tensors without scale and zero point")
    }
    inner = try Concat(Self.reader(attributes, inputs: attributes.inputCount / 3))
  }
}
