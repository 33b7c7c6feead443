/// The square root; NaN below 0.
struct Sqrt: UnaryMath {
  static let name = "Sqrt"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.squareRoot() }
}
