#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `tan(x)`.
struct Tan: UnaryMath {
  static let name = "Tan"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { tan(x) }
}
