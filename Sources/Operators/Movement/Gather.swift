internal import Network

/// Slices of the data along an axis, chosen by a tensor of indices.
struct Gather: MovementOperator {
  static let name = "Gather"
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 0)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, indices) = (try inputs.tensor(0), try inputs.tensor(1))
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    guard let chosen = indices.shape else { return [Fact(data.element, nil)] }
    let extents = shape.dimensions[..<place] + chosen.dimensions + shape.dimensions[(place + 1)...]
    return [Fact(data.element, Shape(Array(extents)))]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let rank = inputs.first??.shape?.rank, let place = try? normalizedAxis(axis, rank: rank) else {
      return .unknown
    }
    return place < 2 ? .same : .whole
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let place = try normalizedAxis(axis, rank: input.rank)
    let extent = input.dimensions[place]
    let indices = try context.integers(1).map { index throws(OperatorError) in
      try checkedIndex(index, extent: extent, input: 1)
    }
    copySlices(indices, along: place, from: input, to: output)
  }
}
