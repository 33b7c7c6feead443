/// The square root; NaN below 0.
struct Sqrt: UnaryMath {
  static let name = "Sqrt"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { x.squareRoot() }
}

extension Sqrt: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.apply("Div", .gradient(0), d.apply("Add", .output(0), .output(0))) }
  }
}
