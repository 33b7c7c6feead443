internal import Network

/// A matrix: the axes before `axis` as rows, the others as columns.
struct Flatten: ViewOperator {
  static let name = "Flatten"
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 1)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, [nil, nil])] }
    // The axis may stand behind the last one: everything is rows then.
    let split = try axis == shape.rank ? axis : normalizedAxis(axis, rank: shape.rank)
    let parts = [shape.dimensions[..<split], shape.dimensions[split...]]
    var extents: [Dimension] = []
    for part in parts {
      let known = Shape(Array(part)).known
      extents.append(try known.map { extents throws(OperatorError) in try product(extents) } ?? nil)
    }
    return [Fact(data.element, Shape(extents))]
  }
}

extension Flatten: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { d in d.reshaped(.gradient(0), like: .input(0)) }
  }
}
