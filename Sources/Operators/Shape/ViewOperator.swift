internal import Network

/// An operator whose output holds the elements of input 0 in the same order under another shape.
protocol ViewOperator: Operator {}

extension ViewOperator {
  package var role: Role { .view }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  /// The same place if the spatial axes come through untouched, everything if they are folded into others.
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let from = inputs.first??.shape?.dimensions, let to = outputs.first?.shape?.dimensions else {
      return .unknown
    }
    let spatial = from.dropFirst(2)
    return to.count >= spatial.count && to.suffix(spatial.count).elementsEqual(spatial) ? .same : .whole
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let facts = try infer(InferenceInputs(context.facts))
    guard let extents = facts.first?.shape?.known, let count = Shape(extents).elementCount else {
      throw .needsValue(input: 1)
    }
    switch context.inputs.first {
    case .strings(let strings)? where strings.elements.count == count:
      context.forward(.strings(StringTensor(dimensions: extents, elements: strings.elements)), to: 0)
    case .tensor(let tensor)? where tensor.elementCount == count:
      context.forward(.tensor(tensor.reshaped(extents)), to: 0)
    default: throw .shape(input: 0, reason: "has another number of elements than the new shape")
    }
  }
}
