#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `log(x)`.
struct Log: UnaryMath {
  static let name = "Log"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}
  static func apply(_ x: Double) -> Double { log(x) }
}

extension Log: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.apply("Div", .gradient(0), .input(0)) }
  }
}
