/// The next integer above.
struct Ceil: UnaryMath {
  static let name = "Ceil"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.rounded(.up) }
}
