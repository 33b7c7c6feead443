/// The nearest integer, halves to the even one.
struct Round: UnaryMath {
  static let name = "Round"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.rounded(.toNearestOrEven) }
}

extension Round: DifferentiableOperator {
  /// 0 but for the jumps.
  func differentiate(_ d: inout Derivation) {}
}
