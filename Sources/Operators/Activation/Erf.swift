/// The error function.
package struct Erf: ActivationFunction {
  package static let name = "Erf"

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Value.erf(x) }
}
