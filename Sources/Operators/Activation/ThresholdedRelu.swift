/// `x` where it is above `alpha`, 0 elsewhere.
package struct ThresholdedRelu: ActivationFunction {
  package static let name = "ThresholdedRelu"
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x > Value(alpha) ? x : 0 }
}
