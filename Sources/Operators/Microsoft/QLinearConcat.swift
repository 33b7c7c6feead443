/// The output's scale and zero point, then tensor, scale and zero point of each part.
struct QLinearConcat: QuantizedForm {
  static let name = "QLinearConcat"
  let base: Concat
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Concat(attributes.asVersion(13))
  }

  func operands(count: Int) -> [QuantizedOperand] {
    stride(from: 2, to: count, by: 3).map { QuantizedOperand(data: $0, scale: $0 + 1, zeroPoint: $0 + 2) }
  }
  var result: QuantizedOperand { QuantizedOperand(data: -1, scale: 0, zeroPoint: 1) }
}
