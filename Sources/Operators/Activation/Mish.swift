/// `x * tanh(log(1 + exp(x)))`
package struct Mish: ActivationFunction {
  package static let name = "Mish"
  package var operationsPerElement: Int { 5 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value {
    x * Value.tanh(max(x, 0) + Value.log(onePlus: Value.exp(-abs(x))))
  }
}
