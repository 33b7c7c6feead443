/// The hyperbolic tangent.
package struct Tanh: ActivationFunction {
  package static let name = "Tanh"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Value.tanh(x) }
}

extension Tanh: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d throws(OperatorError) in
      d.apply("Sub", try d.filled(like: .output(0), with: 1), d.apply("Mul", .output(0), .output(0)))
    }
  }
}
