internal import Network

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
