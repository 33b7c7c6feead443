/// `x * sigmoid(alpha * x)`
package struct QuickGelu: ActivationFunction {
  package static let name = "QuickGelu"
  package static let domain = "com.microsoft"
  package var operationsPerElement: Int { 6 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1.702)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x / (1 + Value.exp(-Value(alpha) * x)) }
}
