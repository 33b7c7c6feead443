/// Pad as com.microsoft registers it: amounts and value are inputs.
struct MicrosoftPad: WrappingOperator {
  static let name = "Pad"
  let base: Pad
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Pad(attributes.asVersion(13))
  }
}
