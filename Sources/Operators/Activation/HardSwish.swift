/// `x * max(0, min(1, x / 6 + 1 / 2))`
package struct HardSwish: ActivationFunction {
  package static let name = "HardSwish"
  package var operationsPerElement: Int { 5 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x * max(0, min(1, x * (1 / 6) + 0.5)) }
}
