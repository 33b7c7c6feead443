internal import CMicrokernels

/// Layer or RMS normalisation of the rows of a dense tensor: input 0 to output 0, which may be the same buffer.
///
/// With `addsInput` input 1 is added first, and the sum goes to output 1 if `keepsSum`.
package struct NormalizationKernel: PreparedKernel {
  package enum Kind: Sendable { case layer, rootMeanSquare }

  package let choice: KernelChoice
  package var packedWeightBytes: Int { (scale?.byteCount ?? 0) + (shift?.byteCount ?? 0) }
  private let kind: Kind
  private let rows: Int
  private let width: Int
  private let epsilon: Float
  private let scale: PackedFloats?
  private let shift: PackedFloats?
  private let addsInput: Bool
  private let keepsSum: Bool
  private let isa: assay_isa

  /// - Parameters:
  ///   - scale, shift: `width` values each, or nil.
  package init(
    _ kind: Kind, rows: Int, width: Int, epsilon: Float, scale: [Float]? = nil, shift: [Float]? = nil,
    addsInput: Bool = false, keepsSum: Bool = false, instructionSet: InstructionSet = .native
  ) throws(MatrixMultiplyError) {
    for values in [scale, shift].compactMap({ $0 }) where values.count != width {
      throw .valueCount(expected: width, actual: values.count)
    }
    self.kind = kind
    self.rows = rows
    self.width = width
    self.epsilon = epsilon
    self.scale = try scale.map { values throws(MatrixMultiplyError) in try Self.hold(values) }
    self.shift = try shift.map { values throws(MatrixMultiplyError) in try Self.hold(values) }
    self.addsInput = addsInput
    self.keepsSum = keepsSum
    isa = instructionSet.code
    choice = KernelChoice(
      kernel: kind == .layer ? "layer normalisation" : "RMS normalisation", instructionSet: instructionSet,
      reason: addsInput ? "the residual is added on the way" : "")
  }

  private static func hold(_ values: [Float]) throws(MatrixMultiplyError) -> PackedFloats {
    do throws(MemoryError) {
      return try PackedFloats(values)
    } catch { throw .memory(error) }
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.share(of: rows)
    let start = share.lowerBound * width
    var code = assay_normalization()
    code.count = width
    code.epsilon = epsilon
    code.centres = kind == .layer ? 1 : 0
    code.scale = scale?.pointer
    code.shift = shift?.pointer
    assay_normalize_rows(
      isa, &code, call.input(0) + start, addsInput ? call.input(1) + start : nil,
      keepsSum ? call.output(1) + start : nil, call.output(0) + start, share.count)
  }
}
