struct QLinearMul: QLinearBinary {
  static let name = "QLinearMul"
  let base: Mul
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Mul(attributes.asVersion(13))
  }
}
