/// `1 / (1 + exp(-x))`
package struct Sigmoid: ActivationFunction {
  package static let name = "Sigmoid"
  package var operationsPerElement: Int { 4 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { 1 / (1 + Value.exp(-x)) }
}
