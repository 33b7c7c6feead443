/// `x` where it is positive, `alpha * (exp(x) - 1)` elsewhere.
package struct Elu: ActivationFunction {
  package static let name = "Elu"
  package var operationsPerElement: Int { 4 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x < 0 ? Value(alpha) * Value.expMinusOne(x) : x }
}
