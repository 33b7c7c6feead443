internal import Network

/// For each place of the indices, the element of the data that lies there but for its position along the axis.
struct GatherElements: MovementOperator {
  static let name = "GatherElements"
  private let axis: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 0)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, indices) = (try inputs.tensor(0), try inputs.tensor(1))
    if let shape = data.shape, let chosen = indices.shape {
      let place = try normalizedAxis(axis, rank: shape.rank)
      try checkElementwise(chosen, within: shape, except: place)
    }
    return [Fact(data.element, indices.shape)]
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let indices = try context.integers(1)
    let place = try normalizedAxis(axis, rank: input.rank)
    try forEachElement(of: output.dimensions, indices, along: place, of: input.dimensions) { from, entry in
      (output.bytes + entry &* output.width).copyMemory(
        from: input.bytes + from &* input.width, byteCount: input.width)
    }
  }
}

/// Indices of single elements have the data's rank and lie within its extents, but for the axis that they choose along.
func checkElementwise(_ indices: Shape, within data: Shape, except axis: Int) throws(OperatorError) {
  guard indices.rank == data.rank else {
    throw .rank(input: 1, expected: "\(data.rank)", found: indices.rank)
  }
  for place in 0..<data.rank where place != axis {
    if let inner = indices[place], let outer = data[place], inner > outer {
      throw .shape(input: 1, reason: "larger than the data along axis \(place)")
    }
  }
}

/// Calls `body` with the data's offset that each entry of `indices` stands for, and the entry's own place.
func forEachElement(
  of extents: [Int], _ indices: [Int], along axis: Int, of data: [Int],
  _ body: (_ offset: Int, _ entry: Int) -> Void
) throws(OperatorError) {
  var strides = rowMajorStrides(data)
  let axisStride = strides[axis]
  strides[axis] = 0
  let walk = StridedWalk(extents, strides: [strides, rowMajorStrides(extents)])
  let (count, steps) = walk.row
  var failure: OperatorError?
  walk.forEachRow { offset in
    guard failure == nil else { return }
    for position in 0..<count {
      let entry = offset[1] &+ position &* steps[1]
      do throws(OperatorError) {
        let index = try checkedIndex(indices[entry], extent: data[axis], input: 1)
        body(offset[0] &+ position &* steps[0] &+ index &* axisStride, entry)
      } catch {
        failure = error
        return
      }
    }
  }
  if let failure { throw failure }
}
