/// Gelu by the error function of `x + bias`.
package struct BiasGelu: BiasedGelu {
  package static let name = "BiasGelu"
  package static let isBiasRequired = true
  package static let operations = 5
  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package static func gelu<Value: Real>(_ x: Value) -> Value { Gelu.exact(x) }
}
