internal import Network

/// Slices of the data, each named by a row of indices into its first axes, after `batch_dims` axes shared with the
/// indices.
struct GatherND: MovementOperator {
  static let name = "GatherND"
  private let batchRank: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    batchRank = try attributes.integer("batch_dims", default: 0)
    guard batchRank >= 0 else { throw .attributeValue("batch_dims", reason: "negative") }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, indices) = (try inputs.tensor(0), try inputs.tensor(1))
    guard let shape = data.shape, let chosen = indices.shape else { return [Fact(data.element, nil)] }
    guard chosen.rank > batchRank, shape.rank > batchRank else {
      throw .rank(input: 1, expected: "more than \(batchRank)", found: min(chosen.rank, shape.rank))
    }
    guard let depth = chosen[chosen.rank - 1] else { return [Fact(data.element, nil)] }
    guard depth <= shape.rank - batchRank else {
      throw .shape(input: 1, reason: "rows longer than the data has axes")
    }
    for axis in 0..<batchRank {
      if let a = shape[axis], let b = chosen[axis], a != b {
        throw .shape(input: 1, reason: "another extent along batch axis \(axis)")
      }
    }
    return [
      Fact(
        data.element,
        Shape(Array(chosen.dimensions.dropLast() + shape.dimensions.dropFirst(batchRank + depth))))
    ]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let indices = try context.integers(1)
    guard output.elementCount > 0 else { return }
    let chosen = try context.input(1).dimensions
    let depth = chosen[chosen.count - 1]
    let batches = chosen[..<batchRank].reduce(1, &*)
    let rows = chosen[batchRank...].dropLast().reduce(1, &*)
    let extents = Array(input.dimensions[batchRank..<batchRank + depth])
    let inner = input.dimensions[(batchRank + depth)...].reduce(input.width, &*)
    let batchBytes = input.dimensions[batchRank...].reduce(input.width, &*)
    var target = output.bytes
    for row in 0..<batches * rows {
      let place = try offset(of: indices[row * depth..<(row + 1) * depth], in: extents, input: 1)
      target.copyMemory(from: input.bytes + row / rows * batchBytes + place * inner, byteCount: inner)
      target += inner
    }
  }
}

/// The row-major place that a row of indices names.
func offset(of row: ArraySlice<Int>, in extents: [Int], input: Int) throws(OperatorError) -> Int {
  var place = 0
  for (index, extent) in zip(row, extents) {
    place = place &* extent &+ (try checkedIndex(index, extent: extent, input: input))
  }
  return place
}
