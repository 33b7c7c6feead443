internal import Network

/// Attention of com.microsoft whose input and projection weights are 8-bit integers.
///
/// Inputs: input, weight, bias, input scale, weight scale (one, or one for each column), mask, zero points, past.
package struct QAttention: Operator {
  package static let name = "QAttention"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let attention: MicrosoftAttention

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    attention = try MicrosoftAttention(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    for index in 0...1 { _ = try inputs.tensor(index, of: IntegerOperand.elementTypes) }
    _ = try inputs.tensor(2, of: [.float32])
    return attention.facts(of: try extents(inputs.facts), .float32)
  }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    try attention.extents(inputs, past: 8)
  }

  /// As with real weights, and a scale for each projected number.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    guard var cost = try attention.cost(inputs, e, masks: inputs.count > 5 && inputs[5] != nil ? 1 : 0),
      let columns = inputs[1]?.shape?[1], let batch = e.batch, let length = e.queryLength
    else { return nil }
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, product([batch, length, columns]))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    let input = try real(context, 0, scale: 3, zeroPoint: 6)
    let weight = try real(context, 1, scale: 4, zeroPoint: 7)
    let inner = KernelContext(
      inputs: [
        .tensor(input), .tensor(weight), context.inputs[2],
        context.inputs.count > 5 ? context.inputs[5] : nil,
        context.inputs.count > 8 ? context.inputs[8] : nil,
      ], outputCount: context.outputs.count, limit: context.limit)
    try RealContext<Float>.run(attention, inner, types)
    for (index, output) in inner.outputs.enumerated() { context.forward(output, to: index) }
  }

  private func real(
    _ context: KernelContext, _ index: Int, scale: Int, zeroPoint: Int
  ) throws(OperatorError) -> DenseTensor {
    let tensor = try context.input(index)
    let operand = try IntegerOperand(
      tensor, zeroPoint: context.optionalInput(zeroPoint), axis: tensor.rank - 1, input: zeroPoint)
    let scales = try context.values(of: context.input(scale), as: Float.self, input: scale)
    let columns = tensor.dimensions.last ?? 1
    guard scales.count == 1 || (index == 1 && scales.count == columns) else {
      throw .shape(input: scale, reason: "\(scales.count) scales for \(columns) columns")
    }
    let target = try DenseTensor(.float32, tensor.dimensions, limit: context.limit)
    let elements = target.mutableElements(as: Float.self)
    for place in elements.indices {
      elements[place] = Float(operand.values[place]) * scales[scales.count == 1 ? 0 : place % columns]
    }
    return target
  }
}
