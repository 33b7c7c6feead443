internal import Kernels
internal import Network

/// Convolution of 8-bit numbers that stand for `scale * (q - zero point)`, its result rounded to such numbers again.
///
/// Inputs: x, its scale and zero point; w, its scale and zero point (one, or one per filter); the output's scale and zero
/// point; a 32-bit bias of scale `x scale * w scale`.
package struct QLinearConv: Operator {
  package static let name = "QLinearConv"
  package let role = Role.matrixLayer
  package let shape: ConvolutionShape

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    shape = try ConvolutionShape(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let weight = try inputs.tensor(3, of: IntegerOperand.elementTypes)
    let result = try inputs.tensor(7, of: IntegerOperand.elementTypes)
    for index in [1, 2, 6, 7] {
      if let count = try inputs.tensor(index).elementCount, count != 1 {
        throw .shape(input: index, reason: "not a scalar")
      }
    }
    try ConvolutionShape.checkBias(inputs.optionalTensor(8)?.shape, index: 8, channels: weight.shape?[0])
    return [Fact(result.element, try shape.output(input.shape, weight.shape, weightIndex: 3))]
  }

  /// Per output element: product, rounding, zero point, two limits, and the bias where there is one.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 3, let count = outputs.first?.shape?.elementCount,
      let macs = try shape.macs(weight: inputs[3]?.shape, output: outputs.first?.shape)
    else { return nil }
    let hasBias = inputs.count > 8 && inputs[8] != nil
    return Cost(macs: macs, elementwiseOperations: try product(count, hasBias ? 6 : 5))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0, inputs.count > 3 else { return .none }
    return shape.reach(inputs[0]?.shape, inputs[3]?.shape)
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    let input = try IntegerOperand(context.input(0), zeroPoint: context.input(2), axis: -1, input: 2)
    let weight = try IntegerOperand(context.input(3), zeroPoint: context.input(5), axis: 0, input: 5)
    let kernel = try ConvolutionKernel(shape, input: input.dimensions, weight: weight.dimensions)
    let extents = types[0].shape?.known ?? []
    let bias = try context.optionalInput(8)
    if let bias, bias.element != .int32 { throw .elementType(input: 8, found: bias.element) }
    var sums = Array(repeating: Int32(0), count: extents.reduce(1, &*))
    sums.withUnsafeMutableBufferPointer {
      kernel.run(input.values, weight.values, bias: bias?.elements(as: Int32.self), $0)
    }
    let rounding = try Requantization(
      context, scales: (1, 4, 6), zeroPoint: 7, element: types[0].element, channels: weight.dimensions[0])
    let plane = kernel.geometry.outputCount
    let channels = weight.dimensions[0]
    let output = try context.output(0, types[0].element, extents)
    rounding.store(sums, to: output) { $0 / plane % channels }
  }
}

extension Requantization {
  /// Scales and zero point as inputs of the node: of the left operand, of the right one (one, or one for each of
  /// `channels`), of the output.
  init(
    _ context: KernelContext, scales: (left: Int, right: Int, output: Int), zeroPoint: Int,
    element: ElementType,
    channels: Int
  ) throws(OperatorError) {
    let left = try context.values(of: context.input(scales.left), as: Float.self, input: scales.left)
    let right = try context.values(of: context.input(scales.right), as: Float.self, input: scales.right)
    let output = try context.values(of: context.input(scales.output), as: Float.self, input: scales.output)
    guard left.count == 1 else { throw .unsupported("a scale for each row of the left operand") }
    guard right.count == 1 || right.count == channels else {
      throw .shape(input: scales.right, reason: "\(right.count) scales for \(channels) channels")
    }
    guard output.count == 1 else { throw .shape(input: scales.output, reason: "not a scalar") }
    let factor = left[0] / output[0]
    let point = try context.input(zeroPoint)
    guard point.elementCount == 1, let value = point.integers?.first else {
      throw .shape(input: zeroPoint, reason: "not a scalar")
    }
    self.init(
      factors: right.map { $0 * factor }, zeroPoint: Int32(truncatingIfNeeded: value), element: element)
  }
}
