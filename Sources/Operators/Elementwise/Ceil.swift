/// The next integer above.
struct Ceil: UnaryMath {
  static let name = "Ceil"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.rounded(.up) }
}

extension Ceil: DifferentiableOperator {
  /// 0 but for the jumps.
  func differentiate(_ d: inout Derivation) {}
}
