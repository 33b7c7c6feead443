/// `max(0, min(1, alpha * x + beta))`
package struct HardSigmoid: ActivationFunction {
  package static let name = "HardSigmoid"
  package var operationsPerElement: Int { 4 }
  package let alpha: Float
  package let beta: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 0.2)
    beta = try attributes.float("beta", default: 0.5)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { max(0, min(1, Value(alpha) * x + Value(beta))) }
}
