internal import Network

/// Convolution over any number of spatial axes: `Y[n, m] = B[m] + sum over c, k of W[m, c, k] * X[n, c, place + k]`.
package struct Conv: RealOperator {
  package static let name = "Conv"
  package let role = Role.matrixLayer
  package let shape: ConvolutionShape

  package var window: WindowAttributes { shape.window }
  package var groups: Int { shape.groups }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    shape = try ConvolutionShape(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let weight = try inputs.tensor(1, of: [input.element])
    let bias = try inputs.optionalTensor(2)
    let output = try shape.output(input.shape, weight.shape)
    try ConvolutionShape.checkBias(bias?.shape, index: 2, channels: weight.shape?[0])
    return [Fact(input.element, output)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let output = outputs.first?.shape,
      let macs = try shape.macs(weight: inputs[1]?.shape, output: output), let count = output.elementCount
    else { return nil }
    let hasBias = inputs.count > 2 && inputs[2] != nil
    return Cost(macs: macs, elementwiseOperations: hasBias ? count : 0)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0, inputs.count > 1 else { return .none }
    return shape.reach(inputs[0]?.shape, inputs[1]?.shape)
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let kernel = try ConvolutionKernel(shape, input: call.dimensions(0), weight: call.dimensions(1))
    try kernel.run(call.values(0), call.values(1), bias: call.optionalValues(2), call.results(0))
  }
}
