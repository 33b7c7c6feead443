/// `log(1 + exp(x))`, without overflow for large x.
package struct Softplus: ActivationFunction {
  package static let name = "Softplus"
  package var operationsPerElement: Int { 3 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { max(x, 0) + Value.log(onePlus: Value.exp(-abs(x))) }
}

extension Softplus: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Sigmoid", .input(0)) }
  }
}
