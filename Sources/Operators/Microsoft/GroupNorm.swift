internal import Network

/// Group normalisation with a swish behind it where asked for, of maps whose channels come last unless told otherwise.
package struct GroupNorm: Operator {
  package static let name = "GroupNorm"
  package static let domain = "com.microsoft"
  package let role = Role.layer
  private let base: ChannelsLast<GroupNormalization>
  private let hasSwish: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    hasSwish = try attributes.requiredInteger("activation") != 0
    let isLast = try attributes.flag("channels_last", default: true)
    let reader = AttributeReader(
      [
        Attribute("num_groups", .integer(try attributes.requiredInteger("groups"))),
        Attribute("epsilon", .float(try attributes.float("epsilon", default: 1e-5))),
      ], version: 21, inputCount: 3, outputCount: 1)
    base = try ChannelsLast(reader, isChannelsLast: isLast)
  }

  /// Scale and bias are of 32 bits whatever the input is.
  private func facts(_ inputs: InferenceInputs) throws(OperatorError) -> InferenceInputs {
    let element = try inputs.tensor(0).element
    return InferenceInputs(
      inputs.facts.enumerated().map { index, fact in
        index == 0 ? fact : fact?.tensor.map { Fact(element, $0.shape) }
      })
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    try base.infer(try facts(inputs))
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard var cost = try base.cost(inputs: inputs, outputs: outputs),
      let count = outputs.first?.shape?.elementCount
    else { return nil }
    // As Swish.
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, product(count, hasSwish ? 6 : 0))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    base.reach(into: index, inputs: inputs, outputs: outputs)
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    guard try context.input(0).element == .float32 else { throw .unsupported("16-bit input here") }
    try base.run(context)
    guard hasSwish, let output = context.outputs[0]?.tensor else { return }
    let values = output.mutableElements(as: Float.self)
    for index in values.indices { values[index] /= 1 + Float.exp(-values[index]) }
  }
}
