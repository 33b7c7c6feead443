/// Nested loops over several operands at once, dimensions joined where all operands allow it.
///
/// `extents` and each operand's `strides` run from the outermost to the innermost dimension. Strides are in values.
package struct StridedLoop: Sendable, Equatable {
  package private(set) var extents: [Int]
  package private(set) var strides: [[Int]]

  /// - Parameter strides: one list for each operand, as long as `extents`.
  package init(extents: [Int], strides: [[Int]]) {
    self.extents = []
    self.strides = strides.map { _ in [] }
    for dimension in extents.indices where extents[dimension] != 1 {
      let joins =
        self.extents.last != nil
        && strides.indices.allSatisfy {
          self.strides[$0].last == strides[$0][dimension] * extents[dimension]
        }
      if joins, let last = self.extents.indices.last {
        self.extents[last] *= extents[dimension]
        for operand in strides.indices { self.strides[operand][last] = strides[operand][dimension] }
      } else {
        self.extents.append(extents[dimension])
        for operand in strides.indices { self.strides[operand].append(strides[operand][dimension]) }
      }
    }
  }

  /// Loops over `shape`, each operand dense in its own shape and repeated along dimensions of 1 or that it lacks.
  package static func broadcasting(_ operands: [[Int]], to shape: [Int]) -> StridedLoop {
    StridedLoop(extents: shape, strides: operands.map { denseStrides($0, alignedTo: shape) })
  }

  /// Row-major strides of `shape`, one for each dimension of the longer `target`; 0 where it is repeated.
  package static func denseStrides(_ shape: [Int], alignedTo target: [Int]) -> [Int] {
    var strides = [Int](repeating: 0, count: target.count)
    var stride = 1
    for (dimension, extent) in zip(target.indices.reversed(), shape.reversed()) {
      strides[dimension] = extent == 1 ? 0 : stride
      stride *= extent
    }
    return strides
  }

  package static func denseStrides(_ shape: [Int]) -> [Int] {
    var strides = shape
    var stride = 1
    for dimension in shape.indices.reversed() {
      strides[dimension] = stride
      stride *= shape[dimension]
    }
    return strides
  }

  package var count: Int { extents.reduce(1, *) }

  /// The extent and the operand's stride of a dimension, counted from the innermost, which is 0.
  package func inner(_ depth: Int) -> (extent: Int, stride: (_ operand: Int) -> Int) {
    let dimension = extents.count - 1 - depth
    guard dimension >= 0 else { return (1, { _ in 0 }) }
    return (extents[dimension], { strides[$0][dimension] })
  }

  /// Iterations of all but the `inner` innermost loops.
  package func outerCount(without inner: Int) -> Int { extents.dropLast(inner).reduce(1, *) }

  /// Where an operand stands at a row-major index into all but the `inner` innermost loops.
  package func offset(of operand: Int, at index: Int, without inner: Int) -> Int {
    var rest = index
    var offset = 0
    var dimension = extents.count - inner - 1
    while dimension >= 0 {
      offset += rest % extents[dimension] * strides[operand][dimension]
      rest /= extents[dimension]
      dimension -= 1
    }
    return offset
  }
}

extension KernelCall {
  /// Like `share(of:)`, in whole cache lines of floats so that no two threads write to one.
  func lineShare(of count: Int) -> Range<Int> {
    let lines = share(of: (count + 15) / 16)
    return min(lines.lowerBound * 16, count)..<min(lines.upperBound * 16, count)
  }

  func input(_ index: Int) -> UnsafePointer<Float> { inputs[index].assumingMemoryBound(to: Float.self) }

  func output(_ index: Int) -> UnsafeMutablePointer<Float> {
    outputs[index].assumingMemoryBound(to: Float.self)
  }
}
