import CMicrokernels

/// A convolution summed window by window: any kernel, stride, dilation, padding and grouping.
///
/// The register tile runs along the output's pixels: a row is cut into tiles of nearly equal width, two narrow rows
/// share one, and where neither border nor stride keeps the rows apart the whole plane is one row. Depthwise, each
/// block of channels has a kernel without the sum over input channels.
final class DirectConvolution: PreparedKernel {
  let choice: KernelChoice
  let phases: Int
  let sharedScratchBytes: Int
  private let plan: ConvolutionPlan
  private let rebordering: Rebordering?
  private let addsResidual: Bool

  var packedWeightBytes: Int { plan.packedWeightBytes }

  init(
    _ parameters: ConvolutionParameters, input: ConvolutionInput, output: BlockedLayout,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool,
    instructionSet: InstructionSet
  ) throws(MemoryError) {
    let rebordering = Rebordering(parameters, input: input)
    plan = try ConvolutionPlan(
      parameters, form: parameters.isDepthwise ? assay_convolution_depthwise : assay_convolution_dense,
      input: Rebordering.layout(parameters, input: input), output: output, weights: weights, bias: bias,
      activation: activation, instructionSet: instructionSet)
    self.rebordering = rebordering
    phases = rebordering == nil ? 1 : 2
    sharedScratchBytes = rebordering?.destination.byteCount ?? 0
    addsResidual = residual
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width) "
        + (parameters.isDepthwise ? "depthwise" : "direct"),
      tile: plan.tile, instructionSet: instructionSet)
  }

  func run(_ call: borrowing KernelCall) {
    if let rebordering, call.phase == 0 {
      rebordering.run(from: call.inputs[0], to: call.sharedScratch, call)
      return
    }
    let source = rebordering == nil ? call.inputs[0] : UnsafeRawPointer(call.sharedScratch)
    plan.run(
      plan.share(call), x: source.assumingMemoryBound(to: Float.self),
      residual: addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil,
      y: call.outputs[0].assumingMemoryBound(to: Float.self))
  }
}
