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

extension Tan: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d throws(OperatorError) in
      d.apply("Add", try d.filled(like: .output(0), with: 1), d.apply("Mul", .output(0), .output(0)))
    }
  }
}
