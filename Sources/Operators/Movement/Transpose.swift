internal import Network

/// The axes in another order; reversed if none is given.
struct Transpose: MovementOperator {
  static let name = "Transpose"
  private let order: [Int]?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    order = try attributes.integers("perm")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else {
      return [Fact(data.element, order.map { Shape.unknown(rank: $0.count) })]
    }
    return [Fact(data.element, Shape(try axes(rank: shape.rank).map { shape[$0] }))]
  }

  /// The input's axis at each place of the output.
  private func axes(rank: Int) throws(OperatorError) -> [Int] {
    guard let order else { return (0..<rank).reversed() }
    guard order.count == rank else { throw .rank(input: 0, expected: "\(order.count)", found: rank) }
    return try normalizedAxes(order, rank: rank, from: .attribute("perm"))
  }

  /// Spatial axes that stay where they are see the same place.
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let rank = inputs.first??.shape?.rank, let axes = try? axes(rank: rank) else { return .unknown }
    return axes.indices.dropFirst(2).allSatisfy { axes[$0] == $0 } ? .same : .unknown
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let strides = rowMajorStrides(input.dimensions)
    copyStrided(
      extents: output.dimensions, width: input.width, from: input.bytes,
      strides: try axes(rank: input.rank).map { strides[$0] }, to: output.bytes,
      strides: rowMajorStrides(output.dimensions))
  }
}

extension Transpose: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    guard let rank = d.inputs.first??.shape?.rank else { throw .needsValue(input: 0) }
    var inverse = [Int](repeating: 0, count: rank)
    for (place, axis) in try axes(rank: rank).enumerated() { inverse[axis] = place }
    try d.give(0) { d in
      d.apply("Transpose", .gradient(0), attributes: [Attribute("perm", .integers(inverse))])
    }
  }
}
