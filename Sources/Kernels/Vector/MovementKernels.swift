internal import CMicrokernels

/// Permutes the axes of a dense tensor of 1-, 2-, 4- or 8-byte values: input 0 to output 0.
package struct TransposeKernel: PreparedKernel {
  package let choice: KernelChoice
  private let loop: StridedLoop
  private let valueBytes: Int
  private let isa: assay_isa
  /// The dimensions of the loop, outermost first, that are not one of the two moved at once.
  private let outer: StridedLoop
  /// In the target's order: the one along which the source is contiguous, and the innermost.
  private let columns: (extent: Int, targetPitch: Int)
  private let rows: (extent: Int, sourcePitch: Int)
  private let isCopy: Bool

  /// - Parameter permutation: axis `i` of the result is axis `permutation[i]` of the source.
  package init(
    shape: [Int], permutation: [Int], valueBytes: Int = 4, instructionSet: InstructionSet = .native
  ) {
    let source = StridedLoop.denseStrides(shape)
    let resultShape = permutation.map { shape[$0] }
    loop = StridedLoop(
      extents: resultShape,
      strides: [permutation.map { source[$0] }, StridedLoop.denseStrides(resultShape)])
    self.valueBytes = valueBytes
    isa = instructionSet.code
    let last = loop.extents.count - 1
    isCopy = last < 0 || loop.strides[0][last] == 1
    if isCopy {
      columns = (1, 0)
      rows = (last < 0 ? 1 : loop.extents[last], 1)
      outer = loop.removing([last])
    } else {
      let contiguous = loop.strides[0].firstIndex(of: 1) ?? last
      columns = (loop.extents[contiguous], loop.strides[1][contiguous])
      rows = (loop.extents[last], loop.strides[0][last])
      outer = loop.removing([contiguous, last])
    }
    choice = KernelChoice(
      kernel: isCopy ? "transpose, rows copied" : "transpose", instructionSet: instructionSet,
      reason: isCopy ? "rows of \(rows.extent) stay together" : "\(rows.extent) x \(columns.extent) at once")
  }

  package func run(_ call: borrowing KernelCall) {
    let source = call.inputs[0]
    let target = call.outputs[0]
    let count = outer.count
    guard count > 0, rows.extent > 0, columns.extent > 0 else { return }
    if isCopy {
      runCopies(call)
      return
    }
    // Few matrices are shared by their columns, which are rows of the result.
    let part = count < call.parts ? call.share(of: columns.extent) : 0..<columns.extent
    for index in count < call.parts ? 0..<count : call.share(of: count) {
      let from = outer.offset(of: 0, at: index, without: 0) + part.lowerBound
      let to = outer.offset(of: 1, at: index, without: 0) + part.lowerBound * columns.targetPitch
      assay_transpose(
        isa, valueBytes, source + from * valueBytes, rows.sourcePitch, target + to * valueBytes,
        columns.targetPitch, rows.extent, part.count)
    }
  }

  private func runCopies(_ call: borrowing KernelCall) {
    let part = outer.count < call.parts ? call.lineShare(of: rows.extent) : 0..<rows.extent
    let source = call.inputs[0] + part.lowerBound * valueBytes
    let target = call.outputs[0] + part.lowerBound * valueBytes
    for index in outer.count < call.parts ? 0..<outer.count : call.share(of: outer.count) {
      (target + outer.offset(of: 1, at: index, without: 0) * valueBytes).copyMemory(
        from: source + outer.offset(of: 0, at: index, without: 0) * valueBytes,
        byteCount: part.count * valueBytes)
    }
  }
}

extension StridedLoop {
  func removing(_ dimensions: [Int]) -> StridedLoop {
    let kept = extents.indices.filter { !dimensions.contains($0) }
    return StridedLoop(
      extents: kept.map { extents[$0] }, strides: strides.map { list in kept.map { list[$0] } })
  }
}

/// Copies a box of values between two strided layouts: slices, the parts of a concatenation, the inside of a padded
/// tensor, repeated dimensions (stride 0 of the source), reversed ones (negative strides).
package struct CopyKernel: PreparedKernel {
  package struct Layout: Sendable, Equatable {
    /// Values from the start of the buffer to the first one of the box.
    package var offset: Int
    /// Values from one index to the next in each dimension of the box.
    package var strides: [Int]

    package init(offset: Int = 0, strides: [Int]) {
      self.offset = offset
      self.strides = strides
    }

    /// A dense tensor.
    package init(denseShape: [Int]) { self.init(strides: StridedLoop.denseStrides(denseShape)) }
  }

  package struct Box: Sendable, Equatable {
    package var input: Int
    package var extents: [Int]
    package var source: Layout
    package var target: Layout

    package init(input: Int = 0, extents: [Int], source: Layout, target: Layout) {
      self.input = input
      self.extents = extents
      self.source = source
      self.target = target
    }
  }

  package let choice: KernelChoice
  package var phases: Int { fill == nil ? 1 : 2 }
  private let boxes: [(input: Int, source: Int, target: Int, loop: StridedLoop)]
  private let valueBytes: Int
  private let fill: (value: UInt64, count: Int)?

  /// - Parameters:
  ///   - fillBits: the bits of a value with which `fillCount` values of the output are filled before.
  package init(_ boxes: [Box], valueBytes: Int = 4, fillBits: UInt64? = nil, fillCount: Int = 0) {
    self.boxes = boxes.map {
      (
        $0.input, $0.source.offset, $0.target.offset,
        StridedLoop(extents: $0.extents, strides: [$0.source.strides, $0.target.strides])
      )
    }
    self.valueBytes = valueBytes
    fill = fillBits.map { ($0, fillCount) }
    choice = KernelChoice(kernel: "copy", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let isFilling = call.phase == 0
    if let fill, isFilling {
      let part = call.lineShare(of: fill.count)
      var value = fill.value.littleEndian
      assay_fill(valueBytes, &value, call.outputs[0] + part.lowerBound * valueBytes, part.count)
      return
    }
    for box in boxes { copy(box.input, box.source, box.target, box.loop, call) }
  }

  private func copy(
    _ input: Int, _ source: Int, _ target: Int, _ loop: StridedLoop, _ call: borrowing KernelCall
  ) {
    let (row, rows) = (loop.inner(0), loop.inner(1))
    let outer = loop.outerCount(without: 2)
    guard loop.count > 0 else { return }
    var code = assay_copy()
    code.value_bytes = valueBytes
    code.source_step = loop.extents.isEmpty ? 1 : row.stride(0)
    code.target_step = loop.extents.isEmpty ? 1 : row.stride(1)
    code.source_row = rows.stride(0)
    code.target_row = rows.stride(1)
    // Whichever loop is long enough is shared.
    let parts = call.parts
    let sharesOuter = outer >= parts
    let sharesRows = !sharesOuter && rows.extent >= parts
    let rowPart = sharesRows ? call.share(of: rows.extent) : 0..<rows.extent
    let part = sharesOuter || sharesRows ? 0..<row.extent : call.lineShare(of: row.extent)
    code.rows = rowPart.count
    code.count = part.count
    let firstSource = source + rowPart.lowerBound * rows.stride(0) + part.lowerBound * code.source_step
    let firstTarget = target + rowPart.lowerBound * rows.stride(1) + part.lowerBound * code.target_step
    for index in sharesOuter ? call.share(of: outer) : 0..<outer {
      assay_copy_rows(
        &code, call.inputs[input] + (firstSource + loop.offset(of: 0, at: index, without: 2)) * valueBytes,
        call.outputs[0] + (firstTarget + loop.offset(of: 1, at: index, without: 2)) * valueBytes)
    }
  }

  /// Joins tensors of these shapes, inputs 0, 1, ..., along an axis.
  package static func concatenating(_ shapes: [[Int]], axis: Int, valueBytes: Int = 4) -> CopyKernel {
    let width = shapes.reduce(0) { $0 + $1[axis] }
    var start = 0
    var boxes: [Box] = []
    for (input, shape) in shapes.enumerated() {
      var whole = shape
      whole[axis] = width
      let strides = StridedLoop.denseStrides(whole)
      boxes.append(
        Box(
          input: input, extents: shape, source: Layout(denseShape: shape),
          target: Layout(offset: start * strides[axis], strides: strides)))
      start += shape[axis]
    }
    return CopyKernel(boxes, valueBytes: valueBytes)
  }

  /// Surrounds a tensor by a constant; negative paddings crop.
  package static func padding(
    _ shape: [Int], before: [Int], after: [Int], bits: UInt64, valueBytes: Int = 4
  ) -> CopyKernel {
    let result = shape.indices.map { shape[$0] + before[$0] + after[$0] }
    let (sourceStrides, targetStrides) = (StridedLoop.denseStrides(shape), StridedLoop.denseStrides(result))
    let first = before.map { max(0, -$0) }
    let extents = shape.indices.map { max(0, shape[$0] + min(0, before[$0]) + min(0, after[$0])) }
    let source = Layout(
      offset: zip(first, sourceStrides).reduce(0) { $0 + $1.0 * $1.1 }, strides: sourceStrides)
    let target = Layout(
      offset: zip(before, targetStrides).reduce(0) { $0 + max(0, $1.0) * $1.1 }, strides: targetStrides)
    return CopyKernel(
      [Box(extents: extents, source: source, target: target)], valueBytes: valueBytes, fillBits: bits,
      fillCount: result.reduce(1, *))
  }
}

/// Takes slices of input 0 along an axis by the indices in input 1; negative ones count from the end. An index outside
/// gives zeros, since a run has no way to fail.
package struct GatherKernel: PreparedKernel {
  package enum Index: Sendable { case int32, int64 }

  package let choice: KernelChoice
  private let outer: Int
  private let extent: Int
  private let sliceBytes: Int
  private let indices: Int
  private let index: Index

  package init(shape: [Int], axis: Int, indices: Int, index: Index = .int64, valueBytes: Int = 4) {
    outer = shape.prefix(axis).reduce(1, *)
    extent = shape[axis]
    sliceBytes = shape.dropFirst(axis + 1).reduce(valueBytes, *)
    self.indices = indices
    self.index = index
    choice = KernelChoice(
      kernel: "gather", instructionSet: .portable, reason: "\(outer * indices) slices of \(sliceBytes) bytes")
  }

  package func run(_ call: borrowing KernelCall) {
    for row in call.share(of: outer * indices) {
      let wanted = position(row % indices, in: call.inputs[1])
      let target = call.outputs[0] + row * sliceBytes
      if wanted >= 0, wanted < extent {
        let source = call.inputs[0] + (row / indices * extent + wanted) * sliceBytes
        target.copyMemory(from: source, byteCount: sliceBytes)
      } else {
        target.initializeMemory(as: UInt8.self, repeating: 0, count: sliceBytes)
      }
    }
  }

  private func position(_ row: Int, in indices: UnsafeRawPointer) -> Int {
    let value =
      switch index {
      case .int32: Int(indices.assumingMemoryBound(to: Int32.self)[row])
      case .int64: Int(indices.assumingMemoryBound(to: Int64.self)[row])
      }
    return value < 0 ? value + extent : value
  }
}
