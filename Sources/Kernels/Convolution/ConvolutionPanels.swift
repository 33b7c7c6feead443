import CMicrokernels

/// The weights of a convolution, packed in panels of one or two blocks of output channels.
///
/// Each panel holds the weights of every input block that one of its output channels reads; where a block
/// belongs to another group in part, the weights there are zero. So grouped convolutions of any width use the
/// same microkernel, at the price of multiplying those zeros.
struct ConvolutionPanels: @unchecked Sendable {
  private final class Table: @unchecked Sendable {
    let start: UnsafeMutablePointer<assay_convolution_panel>
    init(_ panels: [assay_convolution_panel]) {
      start = .allocate(capacity: max(panels.count, 1))
      for (index, panel) in panels.enumerated() { (start + index).initialize(to: panel) }
    }
    deinit { start.deallocate() }
  }

  private let table: Table
  private let storage: PreparedFloats
  let count: Int
  /// Blocks of output channels in every panel but perhaps the last.
  let blocksPerPanel: Int

  var start: UnsafePointer<assay_convolution_panel> { UnsafePointer(table.start) }
  var byteCount: Int { storage.byteCount }

  init(_ parameters: ConvolutionParameters, weights: UnsafePointer<Float>, widestPanel: Int) {
    var panels = Self.split(parameters, blocksPerPanel: widestPanel)
    var blocksPerPanel = widestPanel
    if widestPanel > 1, parameters.groups > 1 {
      let narrow = Self.split(parameters, blocksPerPanel: 1)
      // A wide panel reads the inputs of all its groups for each of its channels.
      if Self.work(narrow) < Self.work(panels) {
        panels = narrow
        blocksPerPanel = 1
      }
    }
    let taps = parameters.kernel.height * parameters.kernel.width
    let sizes = panels.map { Self.floats($0, taps: taps) }
    // The kernels prefetch a little beyond a panel, harmlessly; no slack is needed.
    storage = PreparedFloats(count: sizes.reduce(0, +))
    var offset = 0
    for index in panels.indices {
      let packed = storage.start + offset
      panels[index].weights = UnsafePointer(packed)
      assay_pack_panel(
        packed, weights, &panels[index], panels[index].out_blocks, Int32(parameters.inputChannels),
        Int32(parameters.outputChannels), Int32(parameters.groups), Int32(parameters.kernel.height),
        Int32(parameters.kernel.width))
      offset += sizes[index]
    }
    self.blocksPerPanel = blocksPerPanel
    count = panels.count
    table = Table(panels)
  }

  private static func split(
    _ parameters: ConvolutionParameters, blocksPerPanel: Int
  ) -> [assay_convolution_panel] {
    let block = BlockedLayout.block
    let outBlocks = (parameters.outputChannels + block - 1) / block
    let inGroup = parameters.inputChannels / parameters.groups
    let outGroup = parameters.outputChannels / parameters.groups
    return stride(from: 0, to: outBlocks, by: blocksPerPanel).map { first in
      let blocks = min(blocksPerPanel, outBlocks - first)
      let lastChannel = min((first + blocks) * block, parameters.outputChannels) - 1
      let begin = first * block / outGroup * inGroup
      let end = (lastChannel / outGroup + 1) * inGroup
      let inBlock = begin / block
      let inBlocks = (end + block - 1) / block - inBlock
      let lastChannels = end - (inBlock + inBlocks - 1) * block
      var panel = assay_convolution_panel()
      panel.in_block = Int32(inBlock)
      panel.in_blocks = Int32(inBlocks)
      panel.last_steps = Int32((lastChannels + 3) / 4)
      panel.out_block = Int32(first)
      panel.out_blocks = Int32(blocks)
      return panel
    }
  }

  private static func floats(_ panel: assay_convolution_panel, taps: Int) -> Int {
    let channels = (Int(panel.in_blocks) - 1) * BlockedLayout.block + Int(panel.last_steps) * 4
    return channels * taps * Int(panel.out_blocks) * BlockedLayout.block
  }

  private static func work(_ panels: [assay_convolution_panel]) -> Int {
    panels.reduce(0) { $0 + floats($1, taps: 1) }
  }
}

extension BlockedLayout {
  /// The layout as the microkernels take it.
  var microkernelLayout: assay_blocked {
    assay_blocked(
      image: imagePitch, plane: planePitch, row: rowPitch, origin: origin, height: Int32(height),
      width: Int32(width), halo: Int32(halo))
  }
}
