import CMicrokernels

/// The order in which a convolution's weights are packed.
enum ConvolutionPacking: Equatable {
  /// `[input block][kernel row][kernel column][input channel][output channel]`
  case dense
  /// `[kernel row][kernel column][channel]`
  case depthwise
  /// `[input channel][kernel row][kernel column][output channel]`
  case planar
  /// `[element of the transform][input channel][output channel]`, for tiles of side x side outputs.
  case winograd(side: Int)
}

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
  private let storage: PackedFloats
  let count: Int
  /// Blocks of output channels in every panel but perhaps the last.
  let blocksPerPanel: Int

  var start: UnsafePointer<assay_convolution_panel> { UnsafePointer(table.start) }
  var byteCount: Int { storage.byteCount }

  init(
    _ parameters: ConvolutionParameters, packing: ConvolutionPacking, weights: UnsafePointer<Float>,
    widestPanel: Int
  ) throws(MemoryError) {
    let taps = parameters.kernel.height * parameters.kernel.width
    let panels = Self.split(parameters, packing: packing, widestPanel: widestPanel)
    let sizes = panels.map { Self.floats($0, packing: packing, taps: taps) }
    var placed = panels
    let storage = try PackedFloats(count: sizes.reduce(0, +), isZeroed: false) { start in
      var packed = start
      for (index, size) in sizes.enumerated() {
        placed[index].weights = UnsafePointer(packed)
        Self.pack(&placed[index], parameters, packing: packing, taps: taps, weights: weights, into: packed)
        packed += size
      }
    }
    blocksPerPanel = panels.isEmpty ? 1 : Int(panels[0].out_blocks)
    count = panels.count
    table = Table(placed)
    self.storage = storage
  }

  private static func split(
    _ parameters: ConvolutionParameters, packing: ConvolutionPacking, widestPanel: Int
  ) -> [assay_convolution_panel] {
    if packing == .depthwise { return split(parameters, blocksPerPanel: 1) }
    let wide = split(parameters, blocksPerPanel: widestPanel)
    if packing == .planar {
      return wide.map { panel in
        var panel = panel
        panel.in_blocks = Int32(parameters.inputChannels)
        return panel
      }
    }
    if widestPanel == 1 || packing != .dense || parameters.groups == 1 { return wide }
    // A wide panel reads the inputs of all its groups for each of its channels.
    let narrow = split(parameters, blocksPerPanel: 1)
    let work = { (panels: [assay_convolution_panel]) in
      panels.reduce(0) { $0 + floats($1, packing: packing, taps: 1) }
    }
    return work(narrow) < work(wide) ? narrow : wide
  }

  private static func pack(
    _ panel: inout assay_convolution_panel, _ parameters: ConvolutionParameters, packing: ConvolutionPacking,
    taps: Int, weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
  ) {
    switch packing {
    case .dense:
      assay_pack_panel(
        packed, weights, &panel, Int32(parameters.inputChannels), Int32(parameters.outputChannels),
        Int32(parameters.groups), Int32(parameters.kernel.height), Int32(parameters.kernel.width))
    case .depthwise:
      assay_pack_planar_panel(packed, weights, &panel, Int32(parameters.outputChannels), Int32(taps))
    case .planar:
      assay_pack_planar_panel(
        packed, weights, &panel, Int32(parameters.outputChannels), Int32(parameters.inputChannels * taps))
    case .winograd(let side):
      assay_winograd_pack_panel(
        packed, weights, &panel, Int32(side), Int32(parameters.inputChannels),
        Int32(parameters.outputChannels))
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
    _ panel: assay_convolution_panel, packing: ConvolutionPacking, taps: Int
  ) -> Int {
    let columns = Int(panel.out_blocks) * BlockedLayout.block
    let channels = (Int(panel.in_blocks) - 1) * BlockedLayout.block + Int(panel.last_steps) * 4
    switch packing {
    case .dense: return channels * taps * columns
    case .depthwise: return taps * columns
    case .planar: return Int(panel.in_blocks) * taps * columns
    case .winograd(let side): return channels * (side + 2) * (side + 2) * columns
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
