import CMicrokernels

/// A convolution summed window by window: any kernel, stride, dilation, padding and grouping.
///
/// The register tile runs along the output's pixels: a row is cut into tiles of nearly equal width, two narrow rows
/// share one, and where neither border nor stride keeps the rows apart the whole plane is one row.
final class DirectConvolution: PreparedKernel, @unchecked Sendable {
  let choice: KernelChoice
  let phases: Int
  let sharedScratchBytes: Int
  private let parameters: ConvolutionParameters
  private let panels: ConvolutionPanels
  private let bias: PreparedFloats
  private let rebordering: Rebordering?
  private let addsResidual: Bool
  private let input: BlockedLayout
  private let output: BlockedLayout
  private let plan: UnsafeMutablePointer<assay_convolution>

  var packedWeightBytes: Int { panels.byteCount + bias.byteCount }

  init(
    _ parameters: ConvolutionParameters, input: ConvolutionInput, output: BlockedLayout,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool,
    instructionSet: InstructionSet
  ) {
    self.parameters = parameters
    self.output = output
    rebordering = Rebordering(parameters, input: input)
    self.input = Self.layout(parameters, input: input, rebordering: rebordering)
    phases = rebordering == nil ? 1 : 2
    sharedScratchBytes = rebordering?.destination.byteCount ?? 0
    addsResidual = residual

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
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width) direct",
      tile: "\(pixels) pixels x \(panels.blocksPerPanel * BlockedLayout.block) channels",
      instructionSet: instructionSet)
    setGeometry()
    setTiles(widestTile: pixels)
    setActivation(activation)
  }

  deinit { plan.deallocate() }

  private static func layout(
    _ parameters: ConvolutionParameters, input: ConvolutionInput, rebordering: Rebordering?
  ) -> BlockedLayout {
    if let rebordering { return rebordering.destination }
    if case .blocked(let layout) = input { return layout }
    return BlockedLayout(parameters, halo: parameters.halo)
  }

  private func setGeometry() {
    plan.pointee.in = input.microkernelLayout
    plan.pointee.out = output.microkernelLayout
    plan.pointee.kernel_height = Int32(parameters.kernel.height)
    plan.pointee.kernel_width = Int32(parameters.kernel.width)
    plan.pointee.stride_height = Int32(parameters.stride.height)
    plan.pointee.stride_width = Int32(parameters.stride.width)
    plan.pointee.dilation_height = Int32(parameters.dilation.height)
    plan.pointee.dilation_width = Int32(parameters.dilation.width)
    plan.pointee.pad_top = Int32(parameters.padding.top)
    plan.pointee.pad_left = Int32(parameters.padding.left)
    plan.pointee.channels = Int32(parameters.outputChannels)
  }

  private func setActivation(_ activation: FusedActivation) {
    (plan.pointee.low, plan.pointee.high) = activation.bounds
    (plan.pointee.activation, plan.pointee.alpha, plan.pointee.beta) = activation.function
  }

  private func setTiles(widestTile: Int) {
    let (height, width) = (output.height, output.width)
    if parameters.isPointwise, input.halo == 0, output.halo == 0 {
      plan.pointee.rows_per_step = 0
      plan.pointee.tiles_per_step = 1
      plan.pointee.steps = Int32((height * width + widestTile - 1) / widestTile)
      (plan.pointee.in.height, plan.pointee.in.width) = (1, Int32(height * width))
      (plan.pointee.out.height, plan.pointee.out.width) = (1, Int32(height * width))
    } else if 2 * width <= widestTile, height > 1 {
      plan.pointee.rows_per_step = 2
      plan.pointee.tiles_per_step = 1
      plan.pointee.steps = Int32((height + 1) / 2)
    } else {
      plan.pointee.rows_per_step = 1
      plan.pointee.tiles_per_step = Int32((width + widestTile - 1) / widestTile)
      plan.pointee.steps = Int32(height)
    }
    plan.pointee.panels_per_group = Int32(panelsPerGroup)
  }

  /// Weights that fit the second-level cache stay there while the pixels pass; larger ones pass once, panel by
  /// panel, over an image that fits; and where neither fits, a cache's part of the panels goes over the pixels.
  private var panelsPerGroup: Int {
    let share = 768 << 10
    if panels.byteCount <= share { return panels.count }
    if input.byteCount / input.batch <= share { return 1 }
    return max(1, share * panels.count / panels.byteCount)
  }

  func run(_ call: borrowing KernelCall) {
    if let rebordering, call.phase == 0 {
      rebordering.run(from: call.inputs[0], to: call.sharedScratch, call)
      return
    }
    let source = rebordering == nil ? call.inputs[0] : UnsafeRawPointer(call.sharedScratch)
    let x = source.assumingMemoryBound(to: Float.self)
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    let residual = addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil
    var images = 0..<Int32(output.batch)
    var steps = 0..<plan.pointee.steps
    var shares = 0..<Int32(panels.count)
    switch division(threads: call.threads) {
    case .images: images = call.share(of: images)
    case .steps: steps = call.share(of: steps)
    case .panels: shares = call.share(of: shares)
    }
    assay_convolution_direct(
      plan, x, residual, y, images.lowerBound, images.upperBound, steps.lowerBound, steps.upperBound,
      shares.lowerBound, shares.upperBound)
  }

  private enum Division { case images, steps, panels }

  /// Whole images share nothing but weights; else the larger of weights and pixels is divided, so that each
  /// thread reads its part of it once.
  private func division(threads: Int) -> Division {
    if output.batch % threads == 0 || output.batch >= 4 * threads { return .images }
    let pixelBytes = (input.byteCount + output.byteCount) / output.batch
    let weightsAreLarger = panels.byteCount > pixelBytes
    if panels.count >= threads, weightsAreLarger || plan.pointee.steps < threads * 2 { return .panels }
    return .steps
  }
}

extension KernelCall {
  func share(of range: Range<Int32>) -> Range<Int32> {
    let part = share(of: Int(range.count))
    return Int32(part.lowerBound)..<Int32(part.upperBound)
  }
}
