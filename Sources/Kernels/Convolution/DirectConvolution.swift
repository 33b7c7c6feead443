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
<<<<<<< HEAD
  private let parameters: ConvolutionParameters
  private let panels: ConvolutionPanels
  private let bias: PreparedFloats
=======
  private let plan: ConvolutionPlan
>>>>>>> conv
  private let rebordering: Rebordering?
  private let addsResidual: Bool

  var packedWeightBytes: Int { plan.packedWeightBytes }

  init(
    _ parameters: ConvolutionParameters, input: ConvolutionInput, output: BlockedLayout,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool,
    instructionSet: InstructionSet
  ) {
    let rebordering = Rebordering(parameters, input: input)
    plan = ConvolutionPlan(
      parameters, form: parameters.isDepthwise ? assay_convolution_depthwise : assay_convolution_dense,
      input: Rebordering.layout(parameters, input: input), output: output, weights: weights, bias: bias,
      activation: activation, instructionSet: instructionSet)
    self.rebordering = rebordering
    phases = rebordering == nil ? 1 : 2
    sharedScratchBytes = rebordering?.destination.byteCount ?? 0
    addsResidual = residual
<<<<<<< HEAD

    let kernels = assay_convolution_kernels_for(instructionSet.code)
    let widest = kernels?.pointee.widest ?? (2, 0)
    panels = ConvolutionPanels(parameters, weights: weights, widestPanel: widest.1 > 0 ? 2 : 1)
    let pixels = Int(panels.blocksPerPanel == 2 ? widest.1 : widest.0)
    self.bias = PreparedFloats(
      bias, used: parameters.outputChannels, count: output.blocks * BlockedLayout.block)
    plan = .allocate(capacity: 1)
    plan.initialize(to: assay_convolution())
    plan.pointee.kernels = kernels
    plan.pointee.panels = panels.start
    plan.pointee.bias = UnsafePointer(self.bias.start)
=======
>>>>>>> conv
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
