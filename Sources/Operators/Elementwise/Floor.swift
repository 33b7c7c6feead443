/// The next integer below.
struct Floor: UnaryMath {
  static let name = "Floor"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.rounded(.down) }
}

extension Floor: DifferentiableOperator {
  /// 0 but for the jumps.
  func differentiate(_ d: inout Derivation) {}
}
