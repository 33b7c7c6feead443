/// The error function.
package struct Erf: ActivationFunction {
  package static let name = "Erf"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Value.erf(x) }
}

extension Erf: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    // 2 / sqrt(pi) * exp(-x * x)
    try d.giveProduct { d throws(OperatorError) in
      let bell = d.apply("Exp", d.apply("Neg", d.apply("Mul", .input(0), .input(0))))
      return d.apply("Mul", bell, try d.filled(like: .output(0), with: 2 / Double.pi.squareRoot()))
    }
  }
}
