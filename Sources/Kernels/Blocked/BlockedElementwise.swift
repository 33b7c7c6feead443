import CMicrokernels

/// A step on every element of a blocked tensor, followed by an activation.
///
/// A run reads `inputs[0]` and what the operation names, and writes `outputs[0]`, border and padded channels included.
/// The output may be the buffer of `inputs[0]` or `inputs[1]` where their layouts are the same.
package final class BlockedElementwise: PreparedKernel {
  package enum Operation: Sendable, Equatable {
    /// The activation alone.
    case copy
    /// `x + inputs[1]`, which has this layout.
    case add(BlockedLayout)
    /// `x * inputs[1]`, which has this layout.
    case multiply(BlockedLayout)
    /// `x * s`, with `s = inputs[1]` a blocked tensor of 1 x 1 pixels and the same batch: squeeze and excitation.
    case scaleChannels
    /// `x * scale + shift`, a number of each for each channel: a normalisation that no convolution could take in.
    case affine(scale: [Float], shift: [Float])
  }

  package let choice: KernelChoice
  private let step: UnsafeBox<assay_elementwise>
  private let scale: PackedFloats
  private let shift: PackedFloats
  private let operation: Operation
  private let planes: Int

  package var packedWeightBytes: Int { scale.byteCount + shift.byteCount }

  package init(
    _ operation: Operation, input: BlockedLayout, output: BlockedLayout, activation: FusedActivation = .none,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    var step = assay_elementwise()
    step.kernels = assay_convolution_kernels_for(instructionSet.code)
    step.x = input.microkernelLayout
    step.y = input.microkernelLayout
    step.out = output.microkernelLayout
    (step.blocks, step.channels) = (Int32(output.blocks), Int32(output.channels))
    (step.low, step.high) = activation.bounds
    (step.activation, step.alpha, step.beta) = activation.function
    guard input.hasSameShape(as: output) else { throw .layout }
    let padded = output.blocks * BlockedLayout.block
    var scale = [Float](repeating: 1, count: padded)
    var shift = [Float](repeating: 0, count: padded)
    let name: String
    switch operation {
    case .copy: name = "copy"
    case .add(let layout), .multiply(let layout):
      guard layout.hasSameShape(as: output) else { throw .layout }
      step.y = layout.microkernelLayout
      if case .multiply = operation { step.multiplies = 1 }
      name = step.multiplies == 1 ? "multiply" : "add"
    case .scaleChannels: name = "scale by channel"
    case .affine(let scales, let shifts):
      guard scales.count == output.channels, shifts.count == output.channels else { throw .layout }
      scale.replaceSubrange(scales.indices, with: scales)
      shift.replaceSubrange(shifts.indices, with: shifts)
      name = "affine by channel"
    }
    do throws(MemoryError) {
      (self.scale, self.shift) = (try PackedFloats(scale), try PackedFloats(shift))
    } catch {
      throw .memory(error)
    }
    self.operation = operation
    self.step = UnsafeBox(step)
    planes = output.batch * output.blocks
    choice = KernelChoice(kernel: name, instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let out = call.outputs[0].assumingMemoryBound(to: Float.self)
    let share = call.share(of: planes)
    let (begin, end) = (Int32(share.lowerBound), Int32(share.upperBound))
    switch operation {
    case .copy, .affine:
      assay_combine_planes(step.pointer, x, nil, scale.pointer, 0, shift.pointer, out, begin, end)
    case .add, .multiply:
      let y = call.inputs[1].assumingMemoryBound(to: Float.self)
      assay_combine_planes(step.pointer, x, y, scale.pointer, 0, shift.pointer, out, begin, end)
    case .scaleChannels:
      let scales = call.inputs[1].assumingMemoryBound(to: Float.self)
      assay_combine_planes(step.pointer, x, nil, scales, scale.count, shift.pointer, out, begin, end)
    }
  }
}

extension BlockedLayout {
  /// Whether the tensors agree in everything but the halo.
  func hasSameShape(as other: BlockedLayout) -> Bool {
    batch == other.batch && channels == other.channels && height == other.height && width == other.width
  }
}
