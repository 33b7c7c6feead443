/// `x * sigmoid(alpha * x)`
package struct Swish: ActivationFunction {
  package static let name = "Swish"
  package var operationsPerElement: Int { 6 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x / (1 + Value.exp(-Value(alpha) * x)) }
}
