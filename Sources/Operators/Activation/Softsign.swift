/// `x / (1 + |x|)`
package struct Softsign: ActivationFunction {
  package static let name = "Softsign"
  package var operationsPerElement: Int { 3 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x / (1 + abs(x)) }
}
