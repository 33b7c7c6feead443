internal import Network

/// The input cut into parts along an axis: of given extents, or equal ones.
struct Split: MovementOperator {
  static let name = "Split"
  private let axis: Int
  private let extents: IntegersParameter
  /// Parts where their extents are not given; the last may be smaller from version 18 on.
  private let count: Int
  private let mayBeUneven: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 0)
    let isInput = attributes.version >= 13 || attributes.inputCount > 1
    extents = isInput ? .input(1) : .attribute("split", try attributes.integers("split"))
    count = try attributes.integer("num_outputs", default: attributes.outputCount)
    mayBeUneven = attributes.version >= 18
    guard count >= 1 else { throw .attributeValue("num_outputs", reason: "less than 1") }
    guard count <= max(attributes.outputCount, 1) else {
      throw .attributeValue("num_outputs", reason: "more than the node has outputs")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return Array(repeating: Fact(data.element, nil), count: count) }
    let place = try normalizedAxis(axis, rank: shape.rank)
    let parts: [Dimension]
    switch try extents.content(inputs) {
    case .absent: parts = try equalParts(shape[place])
    case .known(let extents):
      guard extents.allSatisfy({ $0 >= 0 }) else { throw self.extents.source.failure("a negative extent") }
      var total = 0
      for extent in extents { total = try sum(total, extent) }
      if let whole = shape[place], whole != total {
        throw self.extents.source.failure("the parts do not add up to the extent of the axis")
      }
      parts = extents
    case .unknown(let known): parts = Array(repeating: nil, count: min(known ?? count, count))
    }
    return parts.map { part in
      var shape = shape
      shape[place] = part
      return Fact(data.element, shape)
    }
  }

  private func equalParts(_ extent: Dimension) throws(OperatorError) -> [Dimension] {
    guard let extent else { return Array(repeating: nil, count: count) }
    guard mayBeUneven || extent % count == 0 else {
      throw .shape(input: 0, reason: "the extent of the axis is not divisible by the number of outputs")
    }
    let part = ceilingQuotient(extent, count)
    return (0..<count).map { max(min(part, extent - $0 * part), 0) }
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let rank = outputs.first?.shape?.rank, let place = try? normalizedAxis(axis, rank: rank) else {
      return .unknown
    }
    // The first output starts where the input starts.
    return place < 2
      ? .same
      : .shifted(offset: Array(repeating: 0, count: rank - 2), strides: Array(repeating: 1, count: rank - 2))
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    let place = try normalizedAxis(axis, rank: input.rank)
    var start = 0
    for (index, fact) in try infer(InferenceInputs(context.facts)).enumerated() {
      guard let extents = fact.shape?.known else { throw .needsValue(input: 1) }
      let end = start + extents[place]
      if context.wants(index) {
        let output = try context.output(index, input.element, extents)
        copySlices(Array(start..<end), along: place, from: input, to: output)
      }
      start = end
    }
  }
}

extension Split: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d throws(OperatorError) in
      var gradients: [Derivation.Term] = []
      for index in d.outputs.indices { gradients.append(try d.gradient(index)) }
      return d.apply("Concat", gradients, [Attribute("axis", .integer(axis))])
    }
  }
}
