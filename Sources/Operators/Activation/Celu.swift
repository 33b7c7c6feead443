/// `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`
package struct Celu: ActivationFunction {
  package static let name = "Celu"
  package var operationsPerElement: Int { 7 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1)
    guard alpha != 0 else { throw .attributeValue("alpha", reason: "it divides and is zero") }
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value {
    max(0, x) + min(0, Value(alpha) * Value.expMinusOne(x / Value(alpha)))
  }
}
