internal import Network

/// The data with single elements replaced: each update goes where its index along the axis says.
struct ScatterElements: ScatterOperator {
  static let name = "ScatterElements"
  let reduction: ScatterReduction
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    reduction = try ScatterReduction(attributes)
    axis = try attributes.integer("axis", default: 0)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    if let shape = data.shape, let indices = try inputs.tensor(1).shape {
      let place = try normalizedAxis(axis, rank: shape.rank)
      try checkElementwise(indices, within: shape, except: place)
      if let updates = try inputs.tensor(2).shape?.known, let known = indices.known, updates != known {
        throw .shape(input: 2, reason: "another shape than the indices")
      }
    }
    return [Fact(.tensor(data))]
  }

  func forEachUpdate(
    _ context: KernelContext, _ write: (_ to: Int, _ from: Int, _ count: Int) -> Void
  ) throws(OperatorError) {
    let data = try context.input(0).dimensions
    let place = try normalizedAxis(axis, rank: data.count)
    try forEachElement(
      of: try context.input(1).dimensions, try context.integers(1), along: place, of: data
    ) { offset, entry in write(offset, entry, 1) }
  }
}
