internal import Network

/// The elements of a sequence one behind the other along an axis, or along a new one.
struct ConcatFromSequence: Operator {
  static let name = "ConcatFromSequence"
  private let axis: Int
  private let isNew: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.requiredInteger("axis")
    isNew = try attributes.flag("new_axis")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let sequence = try inputs.sequence(0)
    guard let element = sequence.element.tensor else { throw .shape(input: 0, reason: "not tensors") }
    guard var shape = element.shape else { return [Fact(element.element, nil)] }
    let place = try normalizedAxis(axis, rank: shape.rank + (isNew ? 1 : 0))
    if isNew {
      shape.dimensions.insert(sequence.length, at: place)
    } else {
      shape[place] = try sequence.runs.flatMap { runs throws(OperatorError) in
        try extent(of: runs, along: place)
      }
    }
    return [Fact(element.element, shape)]
  }

  /// The extents of all elements together; nil where that of one is not known.
  private func extent(of runs: [SequenceType.Run], along place: Int) throws(OperatorError) -> Dimension {
    var total = 0
    for run in runs {
      guard let extent = run.type.tensor?.shape?[place] else { return nil }
      total = try sum(total, try product(extent, run.count))
    }
    return total
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let joined = try joined(try context.sequence(0), along: axis, isNew: isNew, limit: context.limit)
    context.forward(joined, to: 0)
  }
}
