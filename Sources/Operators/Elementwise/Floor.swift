/// The next integer below.
struct Floor: UnaryMath {
  static let name = "Floor"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.rounded(.down) }
}
