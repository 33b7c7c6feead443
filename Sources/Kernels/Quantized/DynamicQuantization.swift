internal import CMicrokernels

/// Floats to unsigned bytes over the floats' own range. Outputs: the bytes, and where wanted the scale and the zero point.
package struct DynamicQuantization: PreparedKernel {
  package let choice: KernelChoice
  private let count: Int
  private let givesScale: Bool
  private let givesZeroPoint: Bool
  /// Parts of the floats whose ranges are found one by one.
  private let blocks: Int

  package init(count: Int, givesScale: Bool, givesZeroPoint: Bool, instructionSet: InstructionSet = .native) {
    self.count = count
    self.givesScale = givesScale
    self.givesZeroPoint = givesZeroPoint
    blocks = max(1, min(Self.mostBlocks, count / Self.smallestBlock))
    choice = KernelChoice(
      kernel: "floats to bytes over their range", instructionSet: instructionSet,
      reason: "one pass for the range, one for the bytes")
  }

  /// Enough for every thread of a large machine, few enough to go through again.
  private static let mostBlocks = 256
  private static let smallestBlock = 2048

  package var phases: Int { 2 }
  /// The lowest and the highest number of each block.
  package var sharedScratchBytes: Int { 2 * blocks * MemoryLayout<Float>.stride }

  package func run(_ call: borrowing KernelCall) {
    let ends = call.sharedScratch.assumingMemoryBound(to: Float.self)
    if call.phase == 0 {
      findEnds(ends, call)
    } else {
      let range = ByteRange(
        lowest: (0..<blocks).reduce(0) { min($0, ends[2 * $1]) },
        highest: (0..<blocks).reduce(0) { max($0, ends[2 * $1 + 1]) })
      quantize(over: range, call)
    }
  }

  private func findEnds(_ ends: UnsafeMutablePointer<Float>, _ call: borrowing KernelCall) {
    for block in call.share(of: blocks) {
      let values = count * block / blocks..<count * (block + 1) / blocks
      assay_value_range(
        choice.instructionSet.code, call.input(0) + values.lowerBound, values.count, ends + 2 * block,
        ends + 2 * block + 1)
    }
  }

  private func quantize(over range: ByteRange, _ call: borrowing KernelCall) {
    if call.part == 0 {
      if givesScale { call.output(1)[0] = range.scale }
      if givesZeroPoint { call.outputs[2].storeBytes(of: UInt8(range.zero), as: UInt8.self) }
    }
    let share = call.lineShare(of: count)
    range.quantize(
      call.input(0) + share.lowerBound, to: call.outputs[0] + share.lowerBound, count: share.count,
      isa: choice.instructionSet.code)
  }
}
