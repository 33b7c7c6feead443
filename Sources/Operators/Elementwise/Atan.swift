#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `atan(x)`.
struct Atan: UnaryMath {
  static let name = "Atan"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { atan(x) }
}
