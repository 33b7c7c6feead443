import CMicrokernels

/// A convolution as the microkernels' driver takes it, and the memory that it points into.
final class ConvolutionPlan: @unchecked Sendable {
  let parameters: ConvolutionParameters
  let panels: ConvolutionPanels
  let input: BlockedLayout
  let output: BlockedLayout
  /// Pixels of the widest register tile.
  let widestTile: Int
  let pointer: UnsafeMutablePointer<assay_convolution>
  private let bias: PackedFloats

  var packedWeightBytes: Int { panels.byteCount + bias.byteCount }
  var steps: Int { Int(pointer.pointee.steps) }
  var tile: String { "\(widestTile) pixels x \(panels.blocksPerPanel * BlockedLayout.block) channels" }

  /// - Parameters:
  ///   - input: how the input lies when the driver reads it; for the planar form only its size counts.
  ///   - keepsRows: whether a step is always one row, for callers that place the rows themselves.
  init(
    _ parameters: ConvolutionParameters, form: assay_convolution_form, input: BlockedLayout,
    output: BlockedLayout, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    activation: FusedActivation, keepsRows: Bool = false, instructionSet: InstructionSet
  ) throws(MemoryError) {
    self.parameters = parameters
    self.input = input
    self.output = output
    let kernels = assay_convolution_kernels_for(instructionSet.code)
    let widest = kernels?.pointee.widest ?? (1, 0)
    panels = try ConvolutionPanels(
      parameters, packing: form.packing, weights: weights, widestPanel: widest.1 > 0 ? 2 : 1)
    widestTile = Int(panels.blocksPerPanel == 2 ? widest.1 : widest.0)
    self.bias = try PackedFloats(
      bias, used: parameters.outputChannels, count: output.blocks * BlockedLayout.block)
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: assay_convolution())
    pointer.pointee.form = form
    pointer.pointee.kernels = kernels
    pointer.pointee.panels = panels.start
    pointer.pointee.bias = self.bias.pointer
    setGeometry()
    setTiles(keepsRows: keepsRows)
    setOrder()
    (pointer.pointee.low, pointer.pointee.high) = activation.bounds
    (pointer.pointee.activation, pointer.pointee.alpha, pointer.pointee.beta) = activation.function
  }

  deinit { pointer.deallocate() }

  private func setGeometry() {
    pointer.pointee.in = input.microkernelLayout
    pointer.pointee.out = output.microkernelLayout
    pointer.pointee.setWindow(parameters)
    pointer.pointee.pad_top = Int32(parameters.padding.top)
    pointer.pointee.pad_left = Int32(parameters.padding.left)
    pointer.pointee.channels = Int32(parameters.outputChannels)
  }

  private func setTiles(keepsRows: Bool) {
    let (height, width) = (output.height, output.width)
    let isPlanar = pointer.pointee.form == assay_convolution_planar
    if parameters.isPointwise, input.halo == 0, output.halo == 0, !isPlanar, !keepsRows {
      pointer.pointee.rows_per_step = 0
      pointer.pointee.tiles_per_step = 1
      pointer.pointee.steps = Int32((height * width + widestTile - 1) / widestTile)
      (pointer.pointee.in.height, pointer.pointee.in.width) = (1, Int32(height * width))
      (pointer.pointee.out.height, pointer.pointee.out.width) = (1, Int32(height * width))
    } else if 2 * width <= widestTile, height > 1, !keepsRows {
      pointer.pointee.rows_per_step = 2
      pointer.pointee.tiles_per_step = 1
      pointer.pointee.steps = Int32((height + 1) / 2)
    } else {
      pointer.pointee.rows_per_step = 1
      pointer.pointee.tiles_per_step = Int32((width + widestTile - 1) / widestTile)
      pointer.pointee.steps = Int32(height)
    }
  }

  /// Weights that fit the second-level cache stay there while the pixels pass; larger ones pass once, panel by
  /// panel, over an image that fits; and where neither fits, a cache's part of the panels goes over the pixels.
  /// In a strip, the pixels of one part of the cache, each panel of a 1x1 kernel passes before the next; wider kernels
  /// reuse their pixels at once, so that there one step is a strip. Depthwise, a panel reads its own block only.
  private func setOrder() {
    let share = 1 << 20
    let stripBytes = 256 << 10
    let imageBytes = input.byteCount / input.batch
    let isLarge = panels.byteCount > share
    pointer.pointee.steps_per_strip = Int32(steps)
    pointer.pointee.panels_per_group = 1
    if pointer.pointee.form == assay_convolution_depthwise || (isLarge && imageBytes <= share) { return }
    pointer.pointee.panels_per_group = Int32(
      isLarge ? max(1, share * panels.count / panels.byteCount) : panels.count)
    let isOnePixel = parameters.kernel == .init(1, 1)
    pointer.pointee.steps_per_strip = Int32(
      isOnePixel ? min(steps, max(1, stripBytes * steps / imageBytes)) : 1)
  }

  /// What threads divide among them: images, parts of the output's pixels, or panels of output channels.
  struct Share {
    var images: Range<Int>
    var steps: Range<Int>
    var panels: Range<Int>
  }

  /// Whole images share nothing but weights; else the larger of weights and pixels is divided, so that each
  /// thread reads its part of it once.
  func share(_ call: borrowing KernelCall) -> Share {
    let parts = call.parts
    var share = Share(images: 0..<output.batch, steps: 0..<steps, panels: 0..<panels.count)
    let pixelBytes = (input.byteCount + output.byteCount) / output.batch
    let isDepthwise = pointer.pointee.form == assay_convolution_depthwise
    if output.batch % parts == 0 || output.batch >= 4 * parts {
      share.images = call.share(of: output.batch)
    } else if panels.count >= parts,
      panels.byteCount > pixelBytes || steps < parts * 2 || (isDepthwise && panels.count % parts == 0)
    {
      share.panels = call.share(of: panels.count)
    } else {
      share.steps = call.share(of: steps)
    }
    return share
  }

  func run(
    _ share: Share, x: UnsafePointer<Float>, residual: UnsafePointer<Float>?, y: UnsafeMutablePointer<Float>
  ) {
    assay_convolution_direct(
      pointer, x, residual, y, Int32(share.images.lowerBound), Int32(share.images.upperBound),
      Int32(share.steps.lowerBound), Int32(share.steps.upperBound), Int32(share.panels.lowerBound),
      Int32(share.panels.upperBound))
  }
}

extension assay_convolution_form {
  fileprivate var packing: ConvolutionPacking {
    switch self {
    case assay_convolution_depthwise: .depthwise
    case assay_convolution_planar: .planar
    default: .dense
    }
  }
}
