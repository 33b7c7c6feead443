internal import Network

/// Gelu by the error function, as com.microsoft names it.
package struct MicrosoftGelu: ActivationFunction {
  package static let name = "Gelu"
  package static let domain = "com.microsoft"
  package var operationsPerElement: Int { 5 }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { Gelu.exact(x) }
}

/// `x * sigmoid(alpha * x)`
package struct QuickGelu: ActivationFunction {
  package static let name = "QuickGelu"
  package static let domain = "com.microsoft"
  package var operationsPerElement: Int { 6 }
  package let alpha: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 1.702)
  }

  @inline(__always)
  package func apply<Value: Real>(_ x: Value) -> Value { x / (1 + Value.exp(-Value(alpha) * x)) }
}

/// Gelu of `x + bias`, the bias being a vector along the last axis.
package protocol BiasedGelu: RealOperator {
  static var isBiasRequired: Bool { get }
  static var operations: Int { get }
  static func gelu<Value: Real>(_ x: Value) -> Value
}

extension BiasedGelu {
  package static var domain: String { "com.microsoft" }
  package var role: Role { .activation }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if Self.isBiasRequired { _ = try inputs.tensor(1, of: [input.element]) }
    if let bias = try inputs.optionalTensor(1)?.shape?.known, let extents = input.shape?.known {
      guard bias.count == 1, bias.first == extents.last else {
        throw .shape(input: 1, reason: "\(bias) is not a vector along the last axis of \(extents)")
      }
    }
    return [Fact(.tensor(input))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, Self.operations + (inputs.count > 1 && inputs[1] != nil ? 1 : 0))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    guard let bias = try call.optionalValues(1) else {
      for index in source.indices { target[index] = Self.gelu(source[index]) }
      return
    }
    for index in source.indices { target[index] = Self.gelu(source[index] + bias[index % bias.count]) }
  }
}

/// Gelu by the error function of `x + bias`.
package struct BiasGelu: BiasedGelu {
  package static let name = "BiasGelu"
  package static let isBiasRequired = true
  package static let operations = 5
  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package static func gelu<Value: Real>(_ x: Value) -> Value { Gelu.exact(x) }
}

/// Gelu by the hyperbolic tangent of x, or of `x + bias`.
package struct FastGelu: BiasedGelu {
  package static let name = "FastGelu"
  package static let isBiasRequired = false
  package static let operations = 9
  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  @inline(__always)
  package static func gelu<Value: Real>(_ x: Value) -> Value { Gelu.approximation(x) }
}
