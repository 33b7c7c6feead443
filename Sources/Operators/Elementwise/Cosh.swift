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
