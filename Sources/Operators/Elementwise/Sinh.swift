#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `sinh(x)`.
struct Sinh: UnaryMath {
  static let name = "Sinh"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { sinh(x) }
}

extension Sinh: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Cosh", .input(0)) }
  }
}
