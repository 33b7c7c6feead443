internal import CMicrokernels

/// A product of a matrix of bytes, input 0, `rows x depth`, with constant weights of bytes, `depth x columns`.
///
/// The sums `sum (a - leftZero) (b - weightZero)` are exact in 32 bits.
package struct QuantizedMatrixMultiplication: Sendable {
  package enum Output: Sendable, Equatable {
    case int32
    /// `min(max(scale sum + bias, low), high)`
    case float(low: Float = -.infinity, high: Float = .infinity)
    /// `round(scale sum + bias) + zeroPoint`, halves to even, saturated to a byte.
    case byte(isSigned: Bool, zeroPoint: Int)
  }

  package var rows: Int
  package var columns: Int
  package var depth: Int
  package var isLeftSigned: Bool
  /// nil where input 1 holds it, a byte as those of the left matrix.
  package var leftZero: Int?
  /// The bytes' bit patterns, row-major `depth x columns`, or `columns x depth` if `isTransposed`.
  package var weights: [UInt8]
  package var areWeightsSigned: Bool
  package var isTransposed: Bool
  /// One for each column, or none if all are 0.
  package var weightZeros: [Int]
  package var output: Output
  /// One for each column; not used for `int32`.
  package var scale: [Float]
  /// One for each column or none, in units of the result before its zero point.
  package var bias: [Float]

  package init(
    rows: Int, columns: Int, depth: Int, isLeftSigned: Bool, leftZero: Int?, weights: [UInt8],
    areWeightsSigned: Bool, isTransposed: Bool = false, weightZeros: [Int] = [], output: Output,
    scale: [Float] = [], bias: [Float] = []
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.isLeftSigned = isLeftSigned
    self.leftZero = leftZero
    self.weights = weights
    self.areWeightsSigned = areWeightsSigned
    self.isTransposed = isTransposed
    self.weightZeros = weightZeros
    self.output = output
    self.scale = scale
    self.bias = bias
  }
}

package struct QuantizedMatrixMultiplyKernel: PreparedKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  package var packedWeightBytes: Int { weights.byteCount + columnNotes.byteCount + scaleAndBias.byteCount }

  private let problem: QuantizedMatrixMultiplication
  private let isa: assay_isa
  private let tileColumns: Int
  private let weights: PackedFloats
  /// The sums of all columns, then their zero points, as 32-bit integers.
  private let columnNotes: PackedFloats
  private let scaleAndBias: PackedFloats
  private let hasColumnZeros: Bool

  package init(_ problem: QuantizedMatrixMultiplication, instructionSet: InstructionSet = .native)
    throws(MatrixMultiplyError)
  {
    try Self.check(problem)
    let isa = instructionSet.code
    let width = Int(assay_quantized_tile_columns(isa))
    let padded = (problem.columns + width - 1) / width * width
    hasColumnZeros = !problem.areWeightsSigned || problem.weightZeros.contains { $0 != 0 }
    do throws(MemoryError) {
      let notes = try PackedFloats(count: 2 * padded) { _ in }
      weights = try PackedFloats(
        count: (assay_quantized_packed_bytes(isa, problem.depth, problem.columns) + 3) / 4
      ) { packed in
        Self.pack(problem, isa, into: packed, notes: notes, padded: padded)
      }
      columnNotes = notes
      scaleAndBias = try PackedFloats(count: 2 * padded) {
        $0.update(from: problem.scale, count: problem.scale.count)
        ($0 + padded).update(from: problem.bias, count: problem.bias.count)
      }
    } catch { throw .memory(error) }
    var kept = problem
    kept.weights = []
    self.problem = kept
    self.isa = isa
    tileColumns = width
    scratchBytesPerThread = assay_quantized_scratch_bytes(isa, problem.rows, problem.depth)
    choice = KernelChoice(
      kernel: "matrix multiply, 8-bit integers",
      tile: "\(assay_quantized_tile_rows(isa)) rows x \(width) columns", instructionSet: instructionSet,
      reason: "sums are exact in 32 bits")
  }

  /// Every part packs the rows that it multiplies.
  package var partsPerThread: Int { 1 }

  package func run(_ call: borrowing KernelCall) {
    let padded = columnNotes.count / 2
    let notes = UnsafeRawPointer(columnNotes.pointer).assumingMemoryBound(to: Int32.self)
    var rows = 0..<problem.rows
    var columns = 0..<problem.columns
    if problem.rows >= Self.manyRows * call.parts {
      rows = call.share(of: problem.rows)
    } else {
      let panels = call.share(of: padded / tileColumns)
      columns = panels.lowerBound * tileColumns..<min(panels.upperBound * tileColumns, problem.columns)
    }
    guard !rows.isEmpty, !columns.isEmpty else { return }
    var task = assay_quantized_problem()
    task.rows = rows.count
    task.columns = problem.columns
    task.depth = problem.depth
    task.a = call.inputs[0] + rows.lowerBound * problem.depth
    task.a_row_stride = problem.depth
    task.a_is_signed = problem.isLeftSigned ? 1 : 0
    task.a_zero = leftZero(call)
    task.packed_b = UnsafeRawPointer(weights.pointer)
    task.column_sums = notes
    task.column_zeros = notes + padded
    task.has_column_zeros = hasColumnZeros ? 1 : 0
    task.c_row_stride = problem.columns
    task.scale = scaleAndBias.pointer
    task.bias = problem.bias.isEmpty ? nil : scaleAndBias.pointer + padded
    task.low = -.infinity
    task.high = .infinity
    task.scratch = call.scratch
    var valueBytes = 4
    switch problem.output {
    case .int32: task.output = assay_quantized_int32
    case .float(let low, let high):
      task.output = assay_quantized_float
      task.low = low
      task.high = high
    case .byte(let isSigned, let zeroPoint):
      task.output = isSigned ? assay_quantized_int8 : assay_quantized_uint8
      task.c_zero = Int32(zeroPoint)
      valueBytes = 1
    }
    task.c = call.outputs[0] + rows.lowerBound * problem.columns * valueBytes
    assay_quantized_multiply(isa, &task, columns.lowerBound, columns.upperBound)
  }

  private func leftZero(_ call: borrowing KernelCall) -> Int32 {
    if let zero = problem.leftZero { return Int32(zero) }
    let zero = call.inputs[1]
    return problem.isLeftSigned ? Int32(zero.load(as: Int8.self)) : Int32(zero.load(as: UInt8.self))
  }

  /// From so many rows for each thread on, reading all weights costs less than packing all rows of the left matrix.
  private static let manyRows = 192

  private static func check(_ problem: QuantizedMatrixMultiplication) throws(MatrixMultiplyError) {
    guard problem.rows >= 0, problem.columns >= 0, problem.depth >= 0 else { throw .negativeSize }
    let (count, overflow) = problem.depth.multipliedReportingOverflow(by: problem.columns)
    guard !overflow, problem.weights.count == count else {
      throw .valueCount(expected: count, actual: problem.weights.count)
    }
    var counts: [Int] = []
    if !problem.weightZeros.isEmpty { counts.append(problem.weightZeros.count) }
    if !problem.bias.isEmpty { counts.append(problem.bias.count) }
    if problem.output != .int32 { counts.append(problem.scale.count) }
    for actual in counts where actual != problem.columns {
      throw .valueCount(expected: problem.columns, actual: actual)
    }
    let zeros = problem.weightZeros + [problem.leftZero ?? 0]
    guard zeros.allSatisfy({ -128 <= $0 && $0 <= 255 }) else { throw .zeroPointOutsideByte }
  }

  private static func pack(
    _ problem: QuantizedMatrixMultiplication, _ isa: assay_isa, into packed: UnsafeMutablePointer<Float>,
    notes: PackedFloats, padded: Int
  ) {
    let zeros = problem.weightZeros.map { Int32($0) }
    let integers = UnsafeMutableRawPointer(mutating: notes.pointer).assumingMemoryBound(to: Int32.self)
    problem.weights.withUnsafeBytes { bytes in
      zeros.withUnsafeBufferPointer { zeros in
        assay_quantized_pack_b(
          isa, bytes.baseAddress, problem.areWeightsSigned ? 1 : 0,
          problem.isTransposed ? 1 : problem.columns,
          problem.isTransposed ? problem.depth : 1, problem.depth, problem.columns,
          zeros.isEmpty ? nil : zeros.baseAddress, packed, integers, integers + padded)
      }
    }
  }
}
