/// The Blackman window.
struct BlackmanWindow: WindowOperator {
  static let name = "BlackmanWindow"
  static let coefficients: [Double] = [0.42, -0.5, 0.08]
  let shape: WindowShape
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { shape = try WindowShape(attributes) }
}
