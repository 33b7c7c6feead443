internal import Network

/// The shape that all `shapes` are stretched to, aligned at their last axes; nil if one has no known rank.
///
/// An extent that is unknown beside one greater than 1 can only be 1 or that extent; beside 1 it stays unknown.
func broadcastShape(_ shapes: [Shape?]) throws(OperatorError) -> Shape? {
  var result = Shape.scalar
  for (input, shape) in shapes.enumerated() {
    guard let shape else { return nil }
    if input == 0 || shape == result {
      result = shape
      continue
    }
    let rank = max(result.rank, shape.rank)
    var extents = [Dimension](repeating: 1, count: rank)
    for axis in 0..<rank {
      let (a, b) = (result.fromEnd(rank - axis), shape.fromEnd(rank - axis))
      switch (a, b) {
      case (1, _): extents[axis] = b
      case (_, 1): extents[axis] = a
      case (nil, _): extents[axis] = b
      case (_, nil): extents[axis] = a
      default:
        guard a == b else { throw .shape(input: input, reason: "cannot be broadcast to the other inputs") }
        extents[axis] = a
      }
    }
    result = Shape(extents)
  }
  return result
}

extension Shape {
  /// The extent `places` from the end; 1 in front of the first axis.
  fileprivate func fromEnd(_ places: Int) -> Dimension { places <= rank ? dimensions[rank - places] : 1 }
}

/// Strides with which a dense tensor of `extents` is read as if stretched to `target`: 0 along stretched axes.
func broadcastStrides(_ extents: [Int], to target: [Int]) -> [Int] {
  let own = rowMajorStrides(extents)
  let missing = target.count - extents.count
  return target.indices.map { axis in
    axis < missing || extents[axis - missing] == 1 ? 0 : own[axis - missing]
  }
}

/// Writes `function` of each pair of broadcast elements to `output`, whose extents are the broadcast ones.
@inline(__always)
func broadcastMap<A: BitwiseCopyable, B: BitwiseCopyable, Result: BitwiseCopyable>(
  _ a: DenseTensor, _ b: DenseTensor, into output: DenseTensor, _ function: (A, B) -> Result
) {
  let walk = StridedWalk(
    output.dimensions,
    strides: [
      rowMajorStrides(output.dimensions), broadcastStrides(a.dimensions, to: output.dimensions),
      broadcastStrides(b.dimensions, to: output.dimensions),
    ])
  let (count, strides) = walk.row
  let (aStride, bStride) = (strides[1], strides[2])
  guard let target = output.mutableElements(as: Result.self).baseAddress,
    let aBase = a.elements(as: A.self).baseAddress, let bBase = b.elements(as: B.self).baseAddress
  else { return }
  walk.forEachRow { offset in
    let (to, x, y) = (target + offset[0], aBase + offset[1], bBase + offset[2])
    if aStride == 1, bStride == 1 {
      for index in 0..<count { to[index] = function(x[index], y[index]) }
    } else {
      for index in 0..<count { to[index] = function(x[index &* aStride], y[index &* bStride]) }
    }
  }
}
