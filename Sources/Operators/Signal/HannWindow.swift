/// The Hann window.
struct HannWindow: WindowOperator {
  static let name = "HannWindow"
  static let coefficients: [Double] = [0.5, -0.5]
  let shape: WindowShape
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { shape = try WindowShape(attributes) }
}
