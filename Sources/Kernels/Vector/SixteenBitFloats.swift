internal import CMicrokernels

/// A format of 16-bit floats.
package enum SixteenBitFormat: Sendable, Equatable {
  /// IEEE 754 binary16.
  case binary16
  /// The upper half of a 32-bit float.
  case bfloat16

  fileprivate var code: assay_sixteen_bit_format {
    switch self {
    case .binary16: assay_binary16
    case .bfloat16: assay_bfloat16
    }
  }

  /// Writes `count` values as floats, exactly.
  package func widen(
    _ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<Float>, count: Int,
    instructionSet: InstructionSet = .native
  ) {
    assay_widen_floats(instructionSet.code, code, source, target, count)
  }
}

/// Turns `count` 16-bit floats into 32-bit ones, or the other way with rounding to the nearest, ties to even.
package struct SixteenBitConversion: PreparedKernel {
  package enum Direction: Sendable, Equatable { case widening, narrowing }

  package let choice: KernelChoice
  package var isWidening: Bool { direction == .widening }
  private let direction: Direction
  private let format: SixteenBitFormat
  private let count: Int

  package init(
    _ direction: Direction, _ format: SixteenBitFormat, count: Int, instructionSet: InstructionSet = .native
  ) {
    self.direction = direction
    self.format = format
    self.count = count
    choice = KernelChoice(
      kernel: direction == .widening ? "16-bit floats to 32-bit" : "32-bit floats to 16-bit",
      instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.lineShare(of: count)
    let isa = choice.instructionSet.code
    switch direction {
    case .widening:
      let source = call.inputs[0].assumingMemoryBound(to: UInt16.self) + share.lowerBound
      assay_widen_floats(isa, format.code, source, call.output(0) + share.lowerBound, share.count)
    case .narrowing:
      let target = call.outputs[0].assumingMemoryBound(to: UInt16.self) + share.lowerBound
      assay_narrow_floats(isa, format.code, call.input(0) + share.lowerBound, target, share.count)
    }
  }
}
