#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `atanh(x)`.
struct Atanh: UnaryMath {
  static let name = "Atanh"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { atanh(x) }
}
