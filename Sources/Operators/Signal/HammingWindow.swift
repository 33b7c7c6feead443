/// The Hamming window with the coefficients of equal ripple.
struct HammingWindow: WindowOperator {
  static let name = "HammingWindow"
  static let coefficients: [Double] = [25.0 / 46, -21.0 / 46]
  let shape: WindowShape
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { shape = try WindowShape(attributes) }
}
