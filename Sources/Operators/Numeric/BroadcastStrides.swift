/// Elements to step in a tensor of `extents` for each axis of `target`, aligned at the last axis; 0 along axes where it is
/// repeated. Throws unless it broadcasts to `target` as it is (unidirectional broadcasting).
package func broadcastStrides(
  _ extents: [Int], to target: [Int], input: Int
) throws(OperatorError) -> [Int] {
  guard extents.count <= target.count else {
    throw .shape(input: input, reason: "rank \(extents.count) does not broadcast to rank \(target.count)")
  }
  var strides = Array(repeating: 0, count: target.count)
  var stride = 1
  for (axis, extent) in extents.enumerated().reversed() {
    let targetAxis = axis + target.count - extents.count
    guard extent == 1 || extent == target[targetAxis] else {
      throw .shape(input: input, reason: "\(extent) does not broadcast to \(target[targetAxis])")
    }
    if extent != 1 { strides[targetAxis] = stride }
    stride *= extent
  }
  return strides
}

/// Calls `body` for each row of a dense tensor of `extents`: where the row starts and how many elements it has, and where
/// the first of them lies in a second tensor of `strides` and how far its next one is.
@inline(__always)
package func forEachRow(
  of extents: [Int], _ strides: [Int],
  _ body: (_ start: Int, _ count: Int, _ other: Int, _ otherStride: Int) -> Void
) {
  guard let count = extents.last, let step = strides.last else { return body(0, 1, 0, 0) }
  let rows = extents.dropLast().reduce(1, &*)
  var position = Array(repeating: 0, count: extents.count - 1)
  var other = 0
  for row in 0..<rows {
    body(row * count, count, other, step)
    var axis = position.count - 1
    while axis >= 0 {
      position[axis] += 1
      other += strides[axis]
      if position[axis] < extents[axis] { break }
      other -= strides[axis] * extents[axis]
      position[axis] = 0
      axis -= 1
    }
  }
}
