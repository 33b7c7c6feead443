/// `1 / x`.
struct Reciprocal: UnaryMath {
  static let name = "Reciprocal"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { 1 / x }
}
