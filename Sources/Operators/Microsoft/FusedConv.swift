internal import Network

/// `activation(Conv(X, W, B) + Z)`
package struct FusedConv: RealOperator {
  package static let name = "FusedConv"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let convolution: Conv
  package let activation: AppendedActivation?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    convolution = try Conv(attributes)
    activation = try AppendedActivation(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let outputs = try convolution.infer(inputs)
    if let addend = try inputs.optionalTensor(3)?.shape?.known, let found = outputs[0].shape?.known,
      addend != found
    {
      throw .shape(input: 3, reason: "\(addend) where the convolution makes \(found)")
    }
    return outputs
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard var cost = try convolution.cost(inputs: inputs, outputs: outputs),
      let count = outputs.first?.shape?.elementCount
    else { return nil }
    let perElement = (inputs.count > 3 && inputs[3] != nil ? 1 : 0) + (activation?.operations ?? 0)
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, product(count, perElement))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 3 ? .same : convolution.reach(into: index, inputs: inputs, outputs: outputs)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    try convolution.compute(call)
    let result = try call.results(0)
    if let addend = try call.optionalValues(3) {
      for index in result.indices { result[index] += addend[index] }
    }
    activation?.apply(to: result)
  }
}
