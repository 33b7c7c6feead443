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

  init(
    _ parameters: ConvolutionParameters, form: assay_convolution_form, weights: UnsafePointer<Float>,
    widestPanel: Int
  ) {
    let taps = parameters.kernel.height * parameters.kernel.width
    let panels = Self.split(parameters, form: form, widestPanel: widestPanel)
    let sizes = panels.map { Self.floats($0, form: form, taps: taps) }
    let storage = PreparedFloats(count: sizes.reduce(0, +))
    var offset = 0
    let placed = zip(panels, sizes).map { panel, size in
      var panel = panel
      let packed = storage.start + offset
      panel.weights = UnsafePointer(packed)
      Self.pack(&panel, parameters, form: form, taps: taps, weights: weights, into: packed)
      offset += size
      return panel
    }
    blocksPerPanel = panels.isEmpty ? 1 : Int(panels[0].out_blocks)
    count = panels.count
    table = Table(placed)
    self.storage = storage
  }

  private static func split(
    _ parameters: ConvolutionParameters, form: assay_convolution_form, widestPanel: Int
  ) -> [assay_convolution_panel] {
    if form == assay_convolution_depthwise { return split(parameters, blocksPerPanel: 1) }
    let wide = split(parameters, blocksPerPanel: widestPanel)
    if form == assay_convolution_planar {
      return wide.map { panel in
        var panel = panel
        panel.in_blocks = Int32(parameters.inputChannels)
        return panel
      }
    }
    if widestPanel == 1 || parameters.groups == 1 { return wide }
    // A wide panel reads the inputs of all its groups for each of its channels.
    let narrow = split(parameters, blocksPerPanel: 1)
    let work = { (panels: [assay_convolution_panel]) in
      panels.reduce(0) { $0 + floats($1, form: form, taps: 1) }
    }
    return work(narrow) < work(wide) ? narrow : wide
  }

  private static func pack(
    _ panel: inout assay_convolution_panel, _ parameters: ConvolutionParameters, form: assay_convolution_form,
    taps: Int, weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    if form == assay_convolution_dense {
      assay_pack_panel(
        packed, weights, &panel, Int32(parameters.inputChannels), Int32(parameters.outputChannels),
        Int32(parameters.groups), Int32(parameters.kernel.height), Int32(parameters.kernel.width))
    } else {
      // Depthwise weights are those of a planar convolution with one input channel.
      let channels = form == assay_convolution_depthwise ? 1 : parameters.inputChannels
      assay_pack_planar_panel(
        packed, weights, &panel, Int32(parameters.outputChannels), Int32(channels * taps))
    }
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

  private static func floats(
    _ panel: assay_convolution_panel, form: assay_convolution_form, taps: Int
  ) -> Int {
    let columns = Int(panel.out_blocks) * BlockedLayout.block
    switch form {
    case assay_convolution_depthwise: return taps * columns
    case assay_convolution_planar: return Int(panel.in_blocks) * taps * columns
    default:
      let channels = (Int(panel.in_blocks) - 1) * BlockedLayout.block + Int(panel.last_steps) * 4
      return channels * taps * columns
    }
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
