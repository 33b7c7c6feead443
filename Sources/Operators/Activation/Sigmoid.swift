/// `1 / (1 + exp(-x))`
package struct Sigmoid: ActivationFunction {
  package static let name = "Sigmoid"
  package var operationsPerElement: Int { 4 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { 1 / (1 + Value.exp(-x)) }
}

extension Sigmoid: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Sub", .output(0), d.apply("Mul", .output(0), .output(0))) }
  }
}
