/// `gamma * x` where x is positive, `gamma * alpha * (exp(x) - 1)` elsewhere.
package struct Selu: ActivationFunction {
  package static let name = "Selu"
  package var operationsPerElement: Int { 5 }
  package let alpha: Float
  package let gamma: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    // The first version gives its defaults with fewer digits.
    alpha = try attributes.float("alpha", default: attributes.version < 6 ? 1.6732 : 1.673_263_2)
    gamma = try attributes.float("gamma", default: attributes.version < 6 ? 1.0507 : 1.050_701)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value {
    Value(gamma) * (x > 0 ? x : Value(alpha) * Value.expMinusOne(x))
  }
}
