/// `1 / x`.
struct Reciprocal: UnaryMath {
  static let name = "Reciprocal"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { 1 / x }
}

extension Reciprocal: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Neg", d.apply("Mul", .output(0), .output(0))) }
  }
}
