/// Distances in elements between neighbours along each axis of a dense row-major tensor.
func rowMajorStrides(_ extents: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: extents.count)
  for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] &* extents[axis + 1] }
  return strides
}

/// A walk over an index space along which up to four operands advance by strides of their own, in elements.
///
/// Axes that every operand steps over without a gap are joined, so that dense operands form one long row.
struct StridedWalk {
  private var extents: [Int] = []
  private var strides: [SIMD4<Int>] = []

  /// `strides` holds one list per operand, each as long as `extents`; extents are not negative.
  init(_ extents: [Int], strides operands: [[Int]]) {
    for axis in extents.indices where extents[axis] != 1 {
      var stride = SIMD4<Int>()
      for (operand, list) in operands.enumerated() { stride[operand] = list[axis] }
      if let last = strides.last, last == stride &* SIMD4(repeating: extents[axis]) {
        self.extents[self.extents.count - 1] = self.extents[self.extents.count - 1] &* extents[axis]
        strides[strides.count - 1] = stride
      } else {
        self.extents.append(extents[axis])
        strides.append(stride)
      }
    }
  }

  /// Elements of one row, and each operand's step between them.
  var row: (count: Int, strides: SIMD4<Int>) { (extents.last ?? 1, strides.last ?? SIMD4()) }

  /// Calls `body` with every operand's offset at the start of each row.
  @inline(__always)
  func forEachRow(_ body: (SIMD4<Int>) -> Void) {
    guard !extents.contains(0) else { return }
    let outer = extents.count - 1
    guard outer > 0 else { return body(SIMD4()) }
    var position = [Int](repeating: 0, count: outer)
    var offset = SIMD4<Int>()
    while true {
      body(offset)
      var axis = outer - 1
      while true {
        position[axis] += 1
        offset &+= strides[axis]
        if position[axis] < extents[axis] { break }
        offset &-= strides[axis] &* SIMD4(repeating: extents[axis])
        position[axis] = 0
        axis -= 1
        if axis < 0 { return }
      }
    }
  }
}

/// Copies elements of `width` bytes between two places, each with strides of its own in elements.
///
/// Offsets are those of the first element; strides may be negative or 0.
func copyStrided(
  extents: [Int], width: Int, from source: UnsafeRawPointer, strides sourceStrides: [Int],
  to target: UnsafeMutableRawPointer, strides targetStrides: [Int]
) {
  let walk = StridedWalk(extents, strides: [sourceStrides, targetStrides])
  let row = walk.row
  if row.strides[0] == 1, row.strides[1] == 1 {
    let bytes = row.count &* width
    walk.forEachRow { offset in
      (target + offset[1] &* width).copyMemory(from: source + offset[0] &* width, byteCount: bytes)
    }
    return
  }
  switch width {
  case 1: copyRows(walk, source, target, as: UInt8.self)
  case 2: copyRows(walk, source, target, as: UInt16.self)
  case 4: copyRows(walk, source, target, as: UInt32.self)
  case 8: copyRows(walk, source, target, as: UInt64.self)
  default:
    walk.forEachRow { offset in
      for index in 0..<row.count {
        (target + (offset[1] &+ index &* row.strides[1]) &* width).copyMemory(
          from: source + (offset[0] &+ index &* row.strides[0]) &* width, byteCount: width)
      }
    }
  }
}

@inline(__always)
private func copyRows<Bits: BitwiseCopyable>(
  _ walk: StridedWalk, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, as _: Bits.Type
) {
  let source = source.assumingMemoryBound(to: Bits.self)
  let target = target.assumingMemoryBound(to: Bits.self)
  let (count, strides) = walk.row
  let (sourceStride, targetStride) = (strides[0], strides[1])
  walk.forEachRow { offset in
    var (from, to) = (source + offset[0], target + offset[1])
    for _ in 0..<count {
      to.pointee = from.pointee
      from += sourceStride
      to += targetStride
    }
  }
}
