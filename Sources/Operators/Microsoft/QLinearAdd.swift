struct QLinearAdd: QLinearBinary {
  static let name = "QLinearAdd"
  let base: Add
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Add(attributes.asVersion(13))
  }
}
