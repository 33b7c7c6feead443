internal import Network

/// The input repeated along its axes.
struct Tile: MovementOperator {
  static let name = "Tile"
  /// Version 1 repeats along one axis that an input names.
  private let isSingleAxis: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isSingleAxis = attributes.version < 6
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    guard let repeats = try repeats(rank: shape.rank, inputs) else {
      return [Fact(data.element, .unknown(rank: shape.rank))]
    }
    var extents: [Dimension] = []
    for (extent, count) in zip(shape.dimensions, repeats) {
      extents.append(try extent.map { extent throws(OperatorError) in try product(extent, count) })
    }
    return [Fact(data.element, Shape(extents))]
  }

  private func repeats(rank: Int, _ inputs: InferenceInputs) throws(OperatorError) -> [Int]? {
    guard case .known(var repeats) = try IntegersParameter.input(1).content(inputs) else {
      guard inputs.has(1) else { throw .missingInput(1) }
      return nil
    }
    if isSingleAxis {
      guard case .known(let axis) = try IntegersParameter.input(2).content(inputs) else { return nil }
      guard repeats.count == 1, axis.count == 1 else { throw .shape(input: 1, reason: "not one number") }
      let place = try normalizedAxis(axis[0], rank: rank, from: .input(2))
      repeats = (0..<rank).map { $0 == place ? repeats[0] : 1 }
    }
    guard repeats.count == rank else { throw .shape(input: 1, reason: "not one number for each axis") }
    guard repeats.allSatisfy({ $0 >= 0 }) else {
      throw .value(input: 1, reason: "a negative number of repeats")
    }
    return repeats
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let from = inputs.first??.shape, let to = outputs.first?.shape else { return .unknown }
    return from.dimensions.dropFirst(2).elementsEqual(to.dimensions.dropFirst(2)) ? .same : .whole
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let strides = rowMajorStrides(input.dimensions)
    var (extents, from): ([Int], [Int]) = ([], [])
    // Each axis becomes two: the repeats, which stand still in the input, and the elements.
    for axis in 0..<input.rank {
      let extent = input.dimensions[axis]
      extents += [extent == 0 ? 0 : output.dimensions[axis] / extent, extent]
      from += [0, strides[axis]]
    }
    copyStrided(
      extents: extents, width: input.width, from: input.bytes, strides: from, to: output.bytes,
      strides: rowMajorStrides(extents))
  }
}
