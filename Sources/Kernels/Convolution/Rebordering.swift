import CMicrokernels

extension BlockedLayout {
  /// The layout of a window operation's input.
  package init(_ parameters: ConvolutionParameters, halo: Int) {
    self.init(
      batch: parameters.batch, channels: parameters.inputChannels, height: parameters.input.height,
      width: parameters.input.width, halo: halo)
  }
}

/// Brings an input that is planar, or has too small a border, into the layout in which windows need no edge code.
struct Rebordering {
  let source: ConvolutionInput
  let destination: BlockedLayout

  /// Nil where the input can be read as it lies.
  init?(_ parameters: ConvolutionParameters, input: ConvolutionInput) {
    if case .blocked(let layout) = input, layout.halo >= parameters.halo { return nil }
    source = input
    destination = BlockedLayout(parameters, halo: parameters.halo)
  }

  /// The layout in which the input is read in the end.
  static func layout(_ parameters: ConvolutionParameters, input: ConvolutionInput) -> BlockedLayout {
    if case .blocked(let layout) = input, layout.halo >= parameters.halo { return layout }
    return BlockedLayout(parameters, halo: parameters.halo)
  }

  /// Does this thread's share of the planes.
  func run(from input: UnsafeRawPointer, to output: UnsafeMutableRawPointer, _ call: borrowing KernelCall) {
    let x = input.assumingMemoryBound(to: Float.self)
    let y = output.assumingMemoryBound(to: Float.self)
    var layout = destination.microkernelLayout
    let planes = call.share(of: destination.batch * destination.blocks)
    for plane in planes {
      let (image, block) = plane.quotientAndRemainder(dividingBy: destination.blocks)
      switch source {
      case .planar:
        let pixels = destination.height * destination.width
        assay_block_planar(
          x + image * destination.channels * pixels, y + image * destination.imagePitch, &layout,
          Int32(destination.channels), Int32(block), Int32(block + 1))
      case .blocked(let from):
        var sourceLayout = from.microkernelLayout
        assay_copy_plane(
          x + image * from.imagePitch + block * from.planePitch, &sourceLayout,
          y + image * destination.imagePitch + block * destination.planePitch, &layout)
      }
    }
  }
}
