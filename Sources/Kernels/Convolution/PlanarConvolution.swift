import CMicrokernels

/// The first layer: few input channels in planes, blocked output.
///
/// Each thread copies the rows that a strip of its output reads, with the padding, to its scratch, and broadcasts
/// from there, so that no channel is padded to a block.
final class PlanarConvolution: PreparedKernel {
  let choice: KernelChoice
  let scratchBytesPerThread: Int
  private let parameters: ConvolutionParameters
  private let plan: ConvolutionPlan
  private let addsResidual: Bool
  /// Rows of a strip's copy, and floats from one of its rows to the next.
  private let stripRows: Int
  private let rowPitch: Int

  var packedWeightBytes: Int { plan.packedWeightBytes }

  private static let stepsPerStrip = 8

  init(
    _ parameters: ConvolutionParameters, output: BlockedLayout, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool, instructionSet: InstructionSet
  ) throws(MemoryError) {
    self.parameters = parameters
    addsResidual = residual
    plan = try ConvolutionPlan(
      parameters, form: assay_convolution_planar, input: BlockedLayout(parameters, halo: 0), output: output,
      weights: weights, bias: bias, activation: activation, instructionSet: instructionSet)
    rowPitch =
      (parameters.output.width - 1) * parameters.stride.width
      + (parameters.kernel.width - 1) * parameters.dilation.width + 1
    let rowsPerStep = Int(plan.pointer.pointee.rows_per_step)
    stripRows =
      (Self.stepsPerStrip * rowsPerStep - 1) * parameters.stride.height
      + (parameters.kernel.height - 1) * parameters.dilation.height + 1
    scratchBytesPerThread =
      parameters.inputChannels * stripRows * rowPitch * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width) from planes",
      tile: plan.tile, instructionSet: instructionSet)
    plan.pointer.pointee.in.image = 0
    plan.pointer.pointee.in.plane = stripRows * rowPitch
    plan.pointer.pointee.in.row = rowPitch
    plan.pointer.pointee.in.origin = parameters.padding.top * rowPitch + parameters.padding.left
  }

  func run(_ call: borrowing KernelCall) {
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let residual = addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    let strip = call.scratch.assumingMemoryBound(to: Float.self)
    let rowsPerStep = Int(plan.pointer.pointee.rows_per_step)
    let whole = plan.share(call)
    for image in whole.images {
      var share = whole
      share.images = image..<image + 1
      for first in stride(from: whole.steps.lowerBound, to: whole.steps.upperBound, by: Self.stepsPerStrip) {
        share.steps = first..<min(first + Self.stepsPerStrip, whole.steps.upperBound)
        let outputRow = first * rowsPerStep
        copyRows(of: image, from: outputRow, x: x, to: strip)
        // The driver counts output rows from the top of the image.
        plan.run(
          share, x: strip - outputRow * parameters.stride.height * rowPitch, residual: residual, y: y)
      }
    }
  }

  private func copyRows(
    of image: Int, from outputRow: Int, x: UnsafePointer<Float>, to strip: UnsafeMutablePointer<Float>
  ) {
    let (height, width) = (parameters.input.height, parameters.input.width)
    let top = outputRow * parameters.stride.height - parameters.padding.top
    assay_pad_planar(
      x + image * parameters.inputChannels * height * width, strip, Int32(parameters.inputChannels),
      Int32(height), Int32(width), Int32(top), Int32(top + stripRows),
      Int32(min(parameters.padding.left, rowPitch)), rowPitch, stripRows * rowPitch)
  }
}
