package import Network

/// `max(x, 0)`, for every signed type.
package struct Relu: IntegerActivationFunction {
  package static let name = "Relu"
  package static let elementTypes = ElementType.reals + ElementType.signedIntegers

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x < 0 ? 0 : x }

  @inline(__always)
  package func apply<Value: FixedWidthInteger>(integer x: Value) -> Value { max(x, 0) }
}

extension Relu: DifferentiableOperator {
  package func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.giveProduct { d in d.apply("Sign", .output(0)) }
  }
}
