#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `cos(x)`.
struct Cos: UnaryMath {
  static let name = "Cos"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { cos(x) }
}

extension Cos: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Neg", d.apply("Sin", .input(0))) }
  }
}
