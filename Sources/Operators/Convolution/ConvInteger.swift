internal import Network

/// Convolution of 8-bit integers less their zero points, with 32-bit sums. Padding is zero, that is the zero point.
package struct ConvInteger: Operator {
  package static let name = "ConvInteger"
  package let role = Role.matrixLayer
  package let shape: ConvolutionShape

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    shape = try ConvolutionShape(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let weight = try inputs.tensor(1, of: IntegerOperand.elementTypes)
    if let count = try inputs.optionalTensor(2)?.elementCount, count != 1 {
      throw .shape(input: 2, reason: "not a scalar")
    }
    return [Fact(.int32, try shape.output(input.shape, weight.shape))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1 else { return nil }
    return try shape.macs(weight: inputs[1]?.shape, output: outputs.first?.shape).map { Cost(macs: $0) }
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0, inputs.count > 1 else { return .none }
    return shape.reach(inputs[0]?.shape, inputs[1]?.shape)
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    let input = try IntegerOperand(context.input(0), zeroPoint: context.optionalInput(2), axis: -1, input: 2)
    let weight = try IntegerOperand(context.input(1), zeroPoint: context.optionalInput(3), axis: 0, input: 3)
    let kernel = try ConvolutionKernel(shape, input: input.dimensions, weight: weight.dimensions)
    let output = try context.output(0, .int32, types[0].shape?.known ?? [])
    kernel.run(input.values, weight.values, bias: nil, output.mutableElements(as: Int32.self))
  }
}

extension ConvolutionKernel {
  func run(
    _ input: [Int32], _ weight: [Int32], bias: UnsafeBufferPointer<Int32>?,
    _ output: UnsafeMutableBufferPointer<Int32>
  ) {
    input.withUnsafeBufferPointer { input in
      weight.withUnsafeBufferPointer { weight in run(input, weight, bias: bias, output) }
    }
  }
}
