/// The hyperbolic tangent.
package struct Tanh: ActivationFunction {
  package static let name = "Tanh"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Value.tanh(x) }
}
