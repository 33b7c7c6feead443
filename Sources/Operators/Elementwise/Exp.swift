#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `exp(x)`.
struct Exp: UnaryMath {
  static let name = "Exp"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { exp(x) }
}

extension Exp: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in .output(0) }
  }
}
