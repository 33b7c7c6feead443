/// `x + bias` below `-lambd`, `x - bias` above `lambd`, 0 between.
package struct Shrink: IntegerActivationFunction {
  package static let name = "Shrink"
  package var operationsPerElement: Int { 3 }
  package let lambda: Float
  package let bias: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    lambda = try attributes.float("lambd", default: 0.5)
    bias = try attributes.float("bias", default: 0)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value {
    if x < -Value(lambda) { return x + Value(bias) }
    return x > Value(lambda) ? x - Value(bias) : 0
  }

  /// Computed in 64-bit floating point and cut to the type's own range.
  @inline(__always)
  package func apply<Value: FixedWidthInteger>(integer x: Value) -> Value {
    Value(saturating: apply(Double(x)))
  }
}
