import CMicrokernels

/// Maximum or average over windows of a blocked tensor.
///
/// A run reads `inputs[0]` and writes `outputs[0]`, border and padded channels included. Windows are cut at the
/// image's edges, so any halo will do. The parameters' channels are those of the tensor, input and output alike;
/// their groups do not matter.
package final class BlockedPooling: PreparedKernel {
  package enum Reduction: Sendable, Equatable {
    case maximum
    /// ONNX's `count_include_pad`: whether the divisor counts the padding.
    case average(countingPadding: Bool)
  }

  package let choice: KernelChoice
  private let planes: Int
  private let plan: UnsafeBox<assay_pooling>

  package init(
    _ parameters: ConvolutionParameters, reduction: Reduction, input: BlockedLayout, output: BlockedLayout,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    guard parameters.inputChannels == parameters.outputChannels, input.batch == parameters.batch,
      output.batch == parameters.batch, input.channels == parameters.inputChannels,
      output.channels == parameters.inputChannels, input.height == parameters.input.height,
      input.width == parameters.input.width, output.height == parameters.output.height,
      output.width == parameters.output.width
    else { throw .layout }
    var pooling = assay_pooling()
    pooling.kernels = assay_convolution_kernels_for(instructionSet.code)
    pooling.in = input.microkernelLayout
    pooling.out = output.microkernelLayout
    pooling.blocks = Int32(output.blocks)
    pooling.setPaddedWindow(parameters)
    if case .average(let countingPadding) = reduction {
      pooling.averages = 1
      pooling.counts_padding = countingPadding ? 1 : 0
    }
    plan = UnsafeBox(pooling)
    planes = output.batch * output.blocks
    choice = KernelChoice(
      kernel: (reduction == .maximum ? "maximum" : "average")
        + " pool \(parameters.kernel.height)x\(parameters.kernel.width)",
      tile: "\(pooling.kernels.pointee.widest.0) pixels x 16 channels", instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.share(of: planes)
    assay_pool_planes(
      plan.pointer, call.inputs[0].assumingMemoryBound(to: Float.self),
      call.outputs[0].assumingMemoryBound(to: Float.self), Int32(share.lowerBound), Int32(share.upperBound))
  }
}

/// The mean of each channel over all pixels: `inputs[0]` is a blocked tensor, `outputs[0]` one of 1 x 1 pixels
/// without halo, that is `N, ceil(C / 16) * 16` floats.
package final class BlockedGlobalAverage: PreparedKernel {
  package let choice: KernelChoice
  private let input: UnsafeBox<assay_blocked>
  private let planes: Int
  private let blocks: Int32
  private let instructionSet: InstructionSet

  package init(input: BlockedLayout, instructionSet: InstructionSet = .native) {
    self.input = UnsafeBox(input.microkernelLayout)
    self.instructionSet = instructionSet
    planes = input.batch * input.blocks
    blocks = Int32(input.blocks)
    choice = KernelChoice(kernel: "global average pool", instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.share(of: planes)
    assay_average_planes(
      assay_convolution_kernels_for(instructionSet.code), input.pointer, blocks,
      call.inputs[0].assumingMemoryBound(to: Float.self),
      call.outputs[0].assumingMemoryBound(to: Float.self), Int32(share.lowerBound), Int32(share.upperBound))
  }
}

/// A C structure at a fixed address, written once.
final class UnsafeBox<Value>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Value>

  init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }

  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }
}
