/// `x` where it is positive, `alpha * x` elsewhere.
package struct LeakyRelu: ActivationFunction {
  package static let name = "LeakyRelu"
  package var operationsPerElement: Int { 2 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 0.01)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x < 0 ? Value(alpha) * x : x }
}
