internal import CMicrokernels

/// Multiplies matrices, one or a batch, with bias, residual and activation in the same pass.
///
/// Inputs and outputs are those that the operands name. The work is shared by index of the batch; a single matrix by
/// rows where there are many, by columns otherwise, so that each thread then reads its own weights only.
package struct MatrixMultiplyKernel: PreparedKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  package var packedWeightBytes: Int { (weights?.byteCount ?? 0) + (bias?.byteCount ?? 0) }

  private let problem: MatrixMultiplication
  private let isa: assay_isa
  private let weights: PackedFloats?
  /// Where the packed weights of an index lie.
  private let packedRight: MatrixOperand
  private let bias: PackedFloats?
  private let tileColumns: Int
  /// Columns of a right matrix that are packed at once.
  private let columnsAtOnce: Int
  private let packedLeftFloats: Int

  package init(_ multiplication: MatrixMultiplication, instructionSet: InstructionSet = .native)
    throws(MatrixMultiplyError)
  {
    try Self.check(multiplication)
    let joined = multiplication.joiningBatchAndRows().takingLongestSharedDimensionAsRows()
    let isa = instructionSet.code
    let tile = (rows: Int(assay_gemm_tile_rows(isa)), columns: Int(assay_gemm_tile_columns(isa)))
    self.isa = isa
    tileColumns = tile.columns
    packedLeftFloats = assay_gemm_scratch_floats(joined.rows, joined.depth)
    bias = try joined.bias.map { values throws(MatrixMultiplyError) in
      try Self.hold(count: values.count) { $0.update(from: values, count: values.count) }
    }
    let isConstant: Bool
    switch joined.right {
    case .constant(let values, let batch, let isTransposed):
      isConstant = true
      columnsAtOnce = joined.columns
      let size = assay_gemm_packed_floats(isa, joined.depth, joined.columns)
      let strides = Self.strides(batch, rank: joined.batch.count, of: size)
      packedRight = MatrixOperand(buffer: 0, batchStrides: strides, rowStride: 0)
      weights = try values.withUnsafeBufferPointer { values throws(MatrixMultiplyError) in
        try Self.pack(values, batch: batch, isTransposed: isTransposed, of: joined, with: isa)
      }
    case .borrowed(let lent, let isTransposed):
      isConstant = true
      columnsAtOnce = joined.columns
      let strides = Self.strides([], rank: joined.batch.count, of: 0)
      packedRight = MatrixOperand(buffer: 0, batchStrides: strides, rowStride: 0)
      weights =
        isTransposed
        ? try Self.packRows(lent, of: joined, with: isa)
        : try Self.pack(lent.values, batch: [], isTransposed: false, of: joined, with: isa)
    case .operand:
      isConstant = false
      let panels = max(1, Self.packedRightFloats / max(1, joined.depth * tile.columns))
      columnsAtOnce = panels * tile.columns
      packedRight = MatrixOperand(buffer: 0, rowStride: 0)
      weights = nil
    }
    let packedRightFloats =
      isConstant ? 0 : assay_gemm_packed_floats(isa, joined.depth, min(columnsAtOnce, joined.columns))
    scratchBytesPerThread = (packedLeftFloats + packedRightFloats) * MemoryLayout<Float>.stride
    var kept = joined
    // The packed copy is all that a run reads.
    if isConstant { kept.right = .constant([]) }
    problem = kept
    choice = KernelChoice(
      kernel: isConstant ? "matrix multiply, packed weights" : "matrix multiply",
      tile: "\(tile.rows) rows x \(tile.columns) columns", instructionSet: instructionSet,
      reason: isConstant
        ? "weights are constant" : "both operands are computed, the right one is packed on each run")
  }

  /// Every part packs the rows that it multiplies.
  package var partsPerThread: Int { 1 }

  package func run(_ call: borrowing KernelCall) {
    guard problem.rows > 0, problem.columns > 0 else { return }
    let count = problem.batch.reduce(1, *)
    if count >= call.parts || count == 0 {
      for index in call.share(of: count) {
        multiply(index, rows: 0..<problem.rows, columns: 0..<problem.columns, call)
      }
    } else if problem.rows >= Self.manyRows * call.parts {
      for index in 0..<count {
        multiply(index, rows: call.share(of: problem.rows), columns: 0..<problem.columns, call)
      }
    } else {
      let panels = call.share(of: (problem.columns + tileColumns - 1) / tileColumns)
      let columns = panels.lowerBound * tileColumns..<min(panels.upperBound * tileColumns, problem.columns)
      for index in 0..<count where !columns.isEmpty {
        multiply(index, rows: 0..<problem.rows, columns: columns, call)
      }
    }
  }

  /// From so many rows for each thread on, reading all weights costs less than packing all rows of the left matrix.
  private static let manyRows = 192
  /// 1 MiB: half of an L2 cache; the other half holds the packed left matrix.
  private static let packedRightFloats = 1 << 18

  private func multiply(
    _ index: Int, rows: Range<Int>, columns: Range<Int>, _ call: borrowing KernelCall
  ) {
    let epilogue = problem.activation.epilogue
    let parameters = problem.activation.code.parameters
    let left = floats(problem.left, at: index, call)
    let result =
      call.outputs[problem.result.buffer].assumingMemoryBound(to: Float.self)
      + offset(problem.result, at: index)
    let scratch = call.scratch.assumingMemoryBound(to: Float.self)
    var task = assay_gemm_problem()
    task.rows = rows.count
    task.depth = problem.depth
    task.a = left + rows.lowerBound * problem.left.rowStride
    task.a_row_stride = problem.left.rowStride
    task.a_depth_stride = problem.left.columnStride
    task.alpha = problem.alpha
    task.c_row_stride = problem.result.rowStride
    task.low = epilogue.low
    task.high = epilogue.high
    if let function = epilogue.function { task.activation = assay_unary_for(function, isa) }
    task.activation_parameters = parameters
    task.scratch = scratch

    let firstResult = result + rows.lowerBound * problem.result.rowStride
    var residual: UnsafePointer<Float>?
    if let operand = problem.residual {
      residual = floats(operand, at: index, call) + rows.lowerBound * operand.rowStride
    }
    task.residual_row_stride = problem.residual?.rowStride ?? 0
    task.bias = bias?.pointer
    task.c = firstResult
    task.residual = residual
    if let weights {
      task.columns = problem.columns
      task.packed_b = weights.pointer + offset(packedRight, at: index)
      assay_gemm_multiply(isa, &task, columns.lowerBound, columns.upperBound)
    } else if case .operand(let right) = problem.right {
      let packed = scratch + packedLeftFloats
      var first = columns.lowerBound
      while first < columns.upperBound {
        let last = min(first + columnsAtOnce, columns.upperBound)
        assay_gemm_pack_b(
          isa, floats(right, at: index, call) + first * right.columnStride, right.rowStride,
          right.columnStride,
          problem.depth, last - first, packed)
        task.columns = last - first
        task.packed_b = UnsafePointer(packed)
        task.c = firstResult + first
        task.residual = residual.map { $0 + first }
        task.bias = bias.map { $0.pointer + first }
        assay_gemm_multiply(isa, &task, 0, last - first)
        first = last
      }
    }
  }

  private func floats(
    _ operand: MatrixOperand, at index: Int, _ call: borrowing KernelCall
  ) -> UnsafePointer<Float> {
    call.inputs[operand.buffer].assumingMemoryBound(to: Float.self) + offset(operand, at: index)
  }

  private func offset(_ operand: MatrixOperand, at index: Int) -> Int {
    operand.offset(at: index, of: problem.batch)
  }
}

extension MatrixMultiplyKernel {
  private static func check(_ problem: MatrixMultiplication) throws(MatrixMultiplyError) {
    guard problem.rows >= 0, problem.columns >= 0, problem.depth >= 0, problem.batch.allSatisfy({ $0 >= 0 })
    else { throw .negativeSize }
    if let bias = problem.bias, bias.count != problem.columns {
      throw .valueCount(expected: problem.columns, actual: bias.count)
    }
    var operands = [problem.left, problem.result]
    if let residual = problem.residual { operands.append(residual) }
    guard operands.dropFirst().allSatisfy({ $0.columnStride == 1 }) else { throw .stridedColumns }
    switch problem.right {
    case .operand(let right): operands.append(right)
    case .constant(let values, let batch, _):
      let expected = batch.reduce(1, *) * problem.depth * problem.columns
      guard values.count == expected else { throw .valueCount(expected: expected, actual: values.count) }
      guard batch.isEmpty || batch.count == problem.batch.count else {
        throw .batchRank(expected: problem.batch.count, actual: batch.count)
      }
    case .borrowed(let lent, _):
      let expected = problem.depth * problem.columns
      guard lent.values.count == expected else {
        throw .valueCount(expected: expected, actual: lent.values.count)
      }
    }
    for operand in operands where operand.batchStrides.count != problem.batch.count {
      throw .batchRank(expected: problem.batch.count, actual: operand.batchStrides.count)
    }
  }

  /// Strides, in units of `size`, of a dense tensor that is the same along dimensions of 1.
  private static func strides(_ batch: [Int], rank: Int, of size: Int) -> [Int] {
    var strides = [Int](repeating: 0, count: rank)
    var stride = size
    for dimension in batch.indices.reversed() {
      strides[dimension] = batch[dimension] == 1 ? 0 : stride
      stride *= batch[dimension]
    }
    return strides
  }

  private static func pack(
    _ values: UnsafeBufferPointer<Float>, batch: [Int], isTransposed: Bool, of problem: MatrixMultiplication,
    with isa: assay_isa
  ) throws(MatrixMultiplyError) -> PackedFloats {
    let matrices = batch.reduce(1, *)
    let size = assay_gemm_packed_floats(isa, problem.depth, problem.columns)
    return try hold(count: matrices * size) { packed in
      guard let start = values.baseAddress else { return }
      for matrix in 0..<matrices {
        assay_gemm_pack_b(
          isa, start + matrix * problem.depth * problem.columns, isTransposed ? 1 : problem.columns,
          isTransposed ? problem.depth : 1, problem.depth, problem.columns,
          packed + matrix * size)
      }
    }
  }

  /// Packs weights that are stored `columns x depth`, some panels at a time, so that what has been read can go.
  private static func packRows(
    _ lent: MatrixMultiplication.BorrowedWeights, of problem: MatrixMultiplication, with isa: assay_isa
  ) throws(MatrixMultiplyError) -> PackedFloats {
    let (depth, columns) = (problem.depth, problem.columns)
    let tile = Int(assay_gemm_tile_columns(isa))
    let atOnce = max(1, (2 << 20) / max(1, depth * tile)) * tile
    return try hold(count: assay_gemm_packed_floats(isa, depth, columns)) { packed in
      guard let start = lent.values.baseAddress else { return }
      for first in stride(from: 0, to: columns, by: atOnce) {
        let count = min(atOnce, columns - first)
        assay_gemm_pack_b(isa, start + first * depth, 1, depth, depth, count, packed + first * depth)
        lent.hasRead(first * depth..<(first + count) * depth)
      }
    }
  }

  private static func hold(
    count: Int, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(MatrixMultiplyError) -> PackedFloats {
    do throws(MemoryError) { return try PackedFloats(count: count, fill: fill) } catch {
      throw .memory(error)
    }
  }
}
