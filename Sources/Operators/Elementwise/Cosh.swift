#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `cosh(x)`.
struct Cosh: UnaryMath {
  static let name = "Cosh"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { cosh(x) }
}

extension Cosh: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Sinh", .input(0)) }
  }
}
