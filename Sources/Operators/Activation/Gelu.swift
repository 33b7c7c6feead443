/// `x * P(X <= x)` for a standard normal X, exact by the error function or approximated by a hyperbolic tangent.
package struct Gelu: ActivationFunction {
  package static let name = "Gelu"
  package var operationsPerElement: Int { isTanhApproximation ? 9 : 5 }
  package let isTanhApproximation: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("approximate", default: "none") {
    case "none": isTanhApproximation = false
    case "tanh": isTanhApproximation = true
    case let other: throw .attributeValue("approximate", reason: "\(other) is neither none nor tanh")
    }
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value {
    isTanhApproximation ? Self.approximation(x) : Self.exact(x)
  }

  /// `x / 2 * (1 + erf(x / sqrt(2)))`
  @inline(__always)
  static func exact<Value: Real>(_ x: Value) -> Value {
    0.5 * x * (1 + Value.erf(x * Value(0.707_106_781_186_547_524)))
  }

  /// `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))`
  @inline(__always)
  static func approximation<Value: Real>(_ x: Value) -> Value {
    let inner = Value(0.797_884_560_802_865_356) * (x + Value(0.044_715) * x * x * x)
    return 0.5 * x * (1 + Value.tanh(inner))
  }
}
