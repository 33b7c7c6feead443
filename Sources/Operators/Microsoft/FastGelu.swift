/// Gelu by the hyperbolic tangent of x, or of `x + bias`.
package struct FastGelu: BiasedGelu {
  package static let name = "FastGelu"
  package static let isBiasRequired = false
  package static let operations = 9
  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package static func gelu<Value: Real>(_ x: Value) -> Value { Gelu.approximation(x) }
}
