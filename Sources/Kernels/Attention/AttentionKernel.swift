internal import CMicrokernels

/// What one attention computes: `softmax(scale Q K^T + mask) V` for each index of a batch (images, heads).
package struct Attention: Sendable {
  package var batch: [Int]
  package var queries: Int
  package var keys: Int
  /// Width of a query and of a key.
  package var width: Int
  package var valueWidth: Int
  /// `queries x width`.
  package var query: MatrixOperand
  /// `keys x width`, whatever its strides: the product transposes it.
  package var key: MatrixOperand
  /// `keys x valueWidth`.
  package var value: MatrixOperand
  /// `queries x keys`, columns contiguous; row stride 0 where it is the same for all queries.
  package var mask: MatrixOperand?
  /// Lets query `i` see keys `0 ... i + keys - queries` only.
  package var isCausal: Bool = false
  package var scale: Float
  /// `queries x valueWidth`, columns contiguous.
  package var result: MatrixOperand

  package init(
    batch: [Int], queries: Int, keys: Int, width: Int, valueWidth: Int, query: MatrixOperand,
    key: MatrixOperand, value: MatrixOperand, mask: MatrixOperand? = nil, isCausal: Bool = false,
    scale: Float,
    result: MatrixOperand
  ) {
    self.batch = batch
    self.queries = queries
    self.keys = keys
    self.width = width
    self.valueWidth = valueWidth
    self.query = query
    self.key = key
    self.value = value
    self.mask = mask
    self.isCausal = isCausal
    self.scale = scale
    self.result = result
  }
}

/// Attention without the matrix of scores in memory: a block of queries at a time, whose scores stay in L2.
///
/// A head is packed once for all of its blocks; the threads share the heads, or the blocks of each where there are
/// fewer heads than threads.
package struct AttentionKernel: PreparedKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  private let attention: Attention
  private let isa: assay_isa
  private let blockRows: Int
  private let scorePitch: Int
  private let packedKeyFloats: Int
  private let packedValueFloats: Int
  private let leftFloats: Int

  package init(_ attention: Attention, instructionSet: InstructionSet = .native) throws(MatrixMultiplyError) {
    let operands = [attention.query, attention.key, attention.value, attention.result, attention.mask]
    for operand in operands.compactMap({ $0 }) where operand.batchStrides.count != attention.batch.count {
      throw .batchRank(expected: attention.batch.count, actual: operand.batchStrides.count)
    }
    guard attention.result.columnStride == 1, attention.mask?.columnStride ?? 1 == 1 else {
      throw .stridedColumns
    }
    let sizes = [attention.queries, attention.keys, attention.width, attention.valueWidth]
    guard (sizes + attention.batch).allSatisfy({ $0 >= 0 }) else { throw .negativeSize }
    self.attention = attention
    isa = instructionSet.code
    scorePitch = (attention.keys + 15) / 16 * 16 + 16
    // Few enough rows for the scores to take 256 KiB, enough of them to use a packed head several times.
    let tile = Int(assay_gemm_tile_rows(isa))
    let fitting = max(tile, min(8 * tile, (1 << 16) / max(1, scorePitch) / tile * tile))
    let blocks = max(1, (attention.queries + fitting - 1) / fitting)
    blockRows = max(1, (attention.queries + blocks - 1) / blocks)
    packedKeyFloats = Int(assay_gemm_packed_floats(isa, attention.width, attention.keys))
    packedValueFloats = Int(assay_gemm_packed_floats(isa, attention.keys, attention.valueWidth))
    leftFloats = Int(assay_gemm_scratch_floats(blockRows, max(attention.width, attention.keys)))
    scratchBytesPerThread =
      (packedKeyFloats + packedValueFloats + leftFloats + blockRows * scorePitch)
      * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "attention", tile: "\(blockRows) queries at a time", instructionSet: instructionSet,
      reason: "the scores of a block stay in the cache")
  }

  /// Every part packs the heads that it meets.
  package var partsPerThread: Int { 2 }

  package func run(_ call: borrowing KernelCall) {
    let count = attention.batch.reduce(1, *)
    let blocks = (attention.queries + blockRows - 1) / blockRows
    guard blocks > 0, attention.keys > 0, attention.valueWidth > 0 else { return }
    // Contiguous shares of (head, block): a head that two threads share is packed by both.
    let share = call.share(of: count * blocks)
    var packedHead = -1
    for item in count >= 2 * call.parts ? wholeHeads(call, count, blocks) : share {
      if item / blocks != packedHead {
        packedHead = item / blocks
        pack(packedHead, call)
      }
      attend(packedHead, block: item % blocks, call)
    }
  }

  private func wholeHeads(_ call: borrowing KernelCall, _ count: Int, _ blocks: Int) -> Range<Int> {
    let heads = call.share(of: count)
    return heads.lowerBound * blocks..<heads.upperBound * blocks
  }

  private func pack(_ head: Int, _ call: borrowing KernelCall) {
    let packed = call.scratch.assumingMemoryBound(to: Float.self)
    let (key, value) = (attention.key, attention.value)
    assay_gemm_pack_b(
      isa, pointer(key, head, call), key.columnStride, key.rowStride, attention.width, attention.keys, packed)
    assay_gemm_pack_b(
      isa, pointer(value, head, call), value.rowStride, value.columnStride, attention.keys,
      attention.valueWidth, packed + packedKeyFloats)
  }

  private func attend(_ head: Int, block: Int, _ call: borrowing KernelCall) {
    let first = block * blockRows
    let rows = min(blockRows, attention.queries - first)
    let packedKeys = call.scratch.assumingMemoryBound(to: Float.self)
    let packedValues = packedKeys + packedKeyFloats
    let left = packedValues + packedValueFloats
    let scores = left + leftFloats
    // Keys that no query of the block sees are left out.
    let hidden = attention.keys - attention.queries
    let seen = attention.isCausal ? max(0, min(attention.keys, first + rows + hidden)) : attention.keys

    var product = assay_gemm_problem()
    product.rows = rows
    product.low = -.infinity
    product.high = .infinity
    product.scratch = left

    product.columns = seen
    product.depth = attention.width
    product.a = pointer(attention.query, head, call) + first * attention.query.rowStride
    product.a_row_stride = attention.query.rowStride
    product.a_depth_stride = attention.query.columnStride
    product.alpha = attention.scale
    product.packed_b = UnsafePointer(packedKeys)
    product.c = scores
    product.c_row_stride = scorePitch
    if let mask = attention.mask {
      product.residual = pointer(mask, head, call) + first * mask.rowStride
      product.residual_row_stride = mask.rowStride
    }
    assay_gemm_multiply(isa, &product, 0, seen)

    if attention.isCausal {
      for row in 0..<rows {
        let visible = max(0, min(seen, first + row + hidden + 1))
        let line = scores + row * scorePitch
        if visible > 0 { assay_softmax_rows(isa, line, line, 1, visible, scorePitch, scorePitch, 0) }
        (line + visible).update(repeating: 0, count: seen - visible)
      }
    } else {
      assay_softmax_rows(isa, scores, scores, rows, seen, scorePitch, scorePitch, 0)
    }

    product.columns = attention.valueWidth
    product.depth = seen
    product.a = UnsafePointer(scores)
    product.a_row_stride = scorePitch
    product.a_depth_stride = 1
    product.alpha = 1
    product.packed_b = UnsafePointer(packedValues)
    product.packed_b_depth = attention.keys
    product.c =
      call.outputs[attention.result.buffer].assumingMemoryBound(to: Float.self)
      + offset(attention.result, head) + first * attention.result.rowStride
    product.c_row_stride = attention.result.rowStride
    product.residual = nil
    assay_gemm_multiply(isa, &product, 0, attention.valueWidth)
  }

  private func pointer(
    _ operand: MatrixOperand, _ head: Int, _ call: borrowing KernelCall
  ) -> UnsafePointer<Float> {
    call.inputs[operand.buffer].assumingMemoryBound(to: Float.self) + offset(operand, head)
  }

  private func offset(_ operand: MatrixOperand, _ head: Int) -> Int {
    operand.offset(at: head, of: attention.batch)
  }
}
