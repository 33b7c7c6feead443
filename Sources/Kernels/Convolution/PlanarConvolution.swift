import CMicrokernels

/// The first layer: few input channels in planes, blocked output.
///
/// Each thread goes through its output in strips of rows, for each of which it copies what they read to its scratch.
final class PlanarConvolution: PreparedKernel {
  let choice: KernelChoice
  let scratchBytesPerThread: Int
  private let plan: ConvolutionPlan
  private let addsResidual: Bool
  private let strip: PlanarStrip

  var packedWeightBytes: Int { plan.packedWeightBytes }

  private static let stepsPerStrip = 8

  init(
    _ parameters: ConvolutionParameters, output: BlockedLayout, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool, instructionSet: InstructionSet
  ) throws(MemoryError) {
    addsResidual = residual
    plan = try ConvolutionPlan(
      parameters, form: assay_convolution_planar, input: BlockedLayout(parameters, halo: 0), output: output,
      weights: weights, bias: bias, activation: activation, instructionSet: instructionSet)
    strip = PlanarStrip(
      parameters, outputRows: Self.stepsPerStrip * Int(plan.pointer.pointee.rows_per_step))
    scratchBytesPerThread = strip.floats * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width) from planes",
      tile: plan.tile, instructionSet: instructionSet)
    strip.place(&plan.pointer.pointee.in)
  }

  func run(_ call: borrowing KernelCall) {
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let residual = addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    let copy = call.scratch.assumingMemoryBound(to: Float.self)
    let rowsPerStep = Int(plan.pointer.pointee.rows_per_step)
    let whole = plan.share(call)
    for image in whole.images {
      var share = whole
      share.images = image..<image + 1
      for first in stride(from: whole.steps.lowerBound, to: whole.steps.upperBound, by: Self.stepsPerStrip) {
        share.steps = first..<min(first + Self.stepsPerStrip, whole.steps.upperBound)
        let source = strip.fill(copy, from: first * rowsPerStep, of: image, in: x)
        plan.run(share, x: source, residual: residual, y: y)
      }
    }
  }
}
