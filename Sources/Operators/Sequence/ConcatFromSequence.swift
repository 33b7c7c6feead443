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
    guard let element = try inputs.sequence(0).tensor else { throw .shape(input: 0, reason: "not tensors") }
    guard var shape = element.shape else { return [Fact(element.element, nil)] }
    let place = try normalizedAxis(axis, rank: shape.rank + (isNew ? 1 : 0))
    if isNew { shape.dimensions.insert(nil, at: place) } else { shape[place] = nil }
    return [Fact(element.element, shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let joined = try joined(try context.sequence(0), along: axis, isNew: isNew, limit: context.limit)
    context.forward(joined, to: 0)
  }
}
