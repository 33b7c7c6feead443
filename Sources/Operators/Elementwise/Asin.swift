#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `asin(x)`.
struct Asin: UnaryMath {
  static let name = "Asin"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { asin(x) }
}
