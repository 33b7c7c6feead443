/// Gelu by the error function, as com.microsoft names it.
package struct MicrosoftGelu: ActivationFunction {
  package static let name = "Gelu"
  package static let domain = "com.microsoft"
  package var operationsPerElement: Int { 5 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Gelu.exact(x) }
}
