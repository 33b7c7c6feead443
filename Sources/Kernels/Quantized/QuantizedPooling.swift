internal import CMicrokernels

/// The largest or the mean of the 8-bit numbers in each window. Windows are cut at the image's edges, so any halo will do.
package struct QuantizedPooling: PreparedKernel {
  package enum Reduction: Sendable, Equatable {
    case maximum
    /// `round((sum - count inputZero) scale / count) + outputZero`; `scale` is the input's over the output's.
    case average(countingPadding: Bool, inputZero: Int, outputZero: Int, scale: Float)
  }

  package let choice: KernelChoice
  private let work: UnsafeBox<assay_byte_pooling>
  private let output: ByteImageLayout

  package init(
    _ parameters: ConvolutionParameters, reduction: Reduction, input: ByteImageLayout,
    output: ByteImageLayout, instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    guard input.isInput(of: parameters), output.isOutput(of: parameters), input.channels == output.channels
    else { throw .layout }
    var work = assay_byte_pooling()
    work.in = input.image
    work.out = output.image
    work.setPaddedWindow(parameters)
    if case .average(let countingPadding, let inputZero, let outputZero, let scale) = reduction {
      work.averages = 1
      work.counts_padding = countingPadding ? 1 : 0
      (work.in_zero, work.out_zero, work.scale) = (Int32(inputZero), Int32(outputZero), scale)
    }
    self.work = UnsafeBox(work)
    self.output = output
    choice = KernelChoice(
      kernel: (reduction == .maximum ? "maximum" : "average")
        + " pool \(parameters.kernel.height)x\(parameters.kernel.width), 8-bit integers",
      instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    writeBorder(output, call)
    let rows = call.share(of: output.rows)
    assay_byte_pool_rows(
      choice.instructionSet.code, work.pointer, call.inputs[0].assumingMemoryBound(to: UInt8.self),
      call.outputs[0].assumingMemoryBound(to: UInt8.self), Int64(rows.lowerBound), Int64(rows.upperBound))
  }
}
