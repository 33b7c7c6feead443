import CMicrokernels

/// A 3x3 convolution of stride 1 by Winograd's minimal filtering.
///
/// Output tiles are taken in blocks. A block's input is transformed, then for each panel of output channels multiplied
/// element by element of the transform, which is the 1x1 microkernel with tiles for pixels, and transformed back. The
/// weights pass once for each block, so blocks are as large as the cache allows.
///
/// Threads take blocks of tiles, unless there are few and the weights are large: then all tiles are transformed first,
/// into shared scratch, and the threads divide the panels, each reading its part of the weights.
final class WinogradConvolution: PreparedKernel {
  let choice: KernelChoice
  let phases: Int
  let scratchBytesPerThread: Int
  let sharedScratchBytes: Int
  private let output: BlockedLayout
  private let input: BlockedLayout
  private let panels: ConvolutionPanels
  private let bias: PackedFloats
  private let zeros: PackedFloats
  private let plan: UnsafeBox<assay_winograd>
  private let outputHalo: UnsafeBox<assay_blocked>
  private let addsResidual: Bool
  private let tileCount: Int
  private let tilesPerBlock: Int
  /// Floats of one block's transformed input, and of its products with a panel.
  private let transformedFloats: Int

  var packedWeightBytes: Int { panels.byteCount + bias.byteCount + zeros.byteCount }

  init(
    _ parameters: ConvolutionParameters, form: WinogradForm, input: BlockedLayout, output: BlockedLayout,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: FusedActivation, residual: Bool,
    instructionSet: InstructionSet
  ) throws(MemoryError) {
    self.input = input
    self.output = output
    addsResidual = residual
    let kernels = assay_convolution_kernels_for(instructionSet.code)
    let widest = kernels?.pointee.widest ?? (1, 0)
    panels = try ConvolutionPanels(
      parameters, packing: .winograd(side: form.side), weights: weights, widestPanel: widest.1 > 0 ? 2 : 1)
    self.bias = try PackedFloats(
      bias, used: parameters.outputChannels, count: output.blocks * BlockedLayout.block)
    zeros = try PackedFloats(count: 2 * BlockedLayout.block) { _ in }
    let (rows, columns) = form.tiles(parameters)
    let widestTile = Int(panels.blocksPerPanel == 2 ? widest.1 : widest.0)
    tileCount = parameters.batch * rows * columns
    let bytesPerTile = form.elements * input.blocks * BlockedLayout.block * 4
    let streamsWeights = panels.byteCount > Self.largestCached
    tilesPerBlock = Self.tilesPerBlock(
      tiles: tileCount, bytesPerTile: bytesPerTile, widestTile: widestTile, streamsWeights: streamsWeights)
    let panelsPerGroup = streamsWeights ? panels.count : 1
    // A few lines more, or the elements of one tile would fall into the same sets of the cache.
    let element = input.blocks * tilesPerBlock * BlockedLayout.block + 5 * BlockedLayout.block
    transformedFloats = form.elements * element
    let productFloats = form.elements * 2 * tilesPerBlock * BlockedLayout.block * panelsPerGroup
    let blocks = (tileCount + tilesPerBlock - 1) / tilesPerBlock
    let dividesPanels = panels.byteCount > Self.largeWeights && blocks <= 4
    phases = dividesPanels ? 2 : 1
    sharedScratchBytes = dividesPanels ? blocks * transformedFloats * 4 : 0
    scratchBytesPerThread = (productFloats + (dividesPanels ? 0 : transformedFloats)) * 4

    var plan = assay_winograd()
    plan.kernels = kernels
    plan.panels = panels.start
    plan.bias = self.bias.pointer
    plan.zeros = zeros.pointer
    plan.in = input.microkernelLayout
    plan.out = output.microkernelLayout
    plan.m = Int32(form.side)
    plan.pad_top = Int32(parameters.padding.top)
    plan.pad_left = Int32(parameters.padding.left)
    (plan.tile_rows, plan.tile_columns) = (Int32(rows), Int32(columns))
    plan.tiles_per_block = Int32(tilesPerBlock)
    plan.panels_per_group = Int32(panelsPerGroup)
    (plan.in_blocks, plan.last_steps) = (panels.start[0].in_blocks, panels.start[0].last_steps)
    plan.element = element
    plan.channels = Int32(parameters.outputChannels)
    (plan.low, plan.high) = activation.bounds
    (plan.activation, plan.alpha, plan.beta) = activation.function
    self.plan = UnsafeBox(plan)
    outputHalo = UnsafeBox(output.microkernelLayout)
    choice = KernelChoice(
      kernel: "convolution 3x3 winograd F(\(form.side)x\(form.side))",
      tile: "\(widestTile) tiles x \(panels.blocksPerPanel * BlockedLayout.block) channels",
      instructionSet: instructionSet,
      reason: "fewest of multiply-adds and weight traffic; \(tilesPerBlock) tiles at a time")
  }

  /// Weights beyond this are divided among threads, if there are few tiles; in bytes.
  private static let largeWeights = 1 << 20
  /// Weights beyond this pass once for each block of tiles, all panels for one element after the other, so that the
  /// transformed tiles of an element stay cached instead.
  private static let largestCached = 12 << 20

  /// Blocks of equal size, multiples of the register tile where that is possible, whose transform fits the cache.
  private static func tilesPerBlock(
    tiles: Int, bytesPerTile: Int, widestTile: Int, streamsWeights: Bool
  ) -> Int {
    let budget = 640 << 10
    let most = max(widestTile * (streamsWeights ? 4 : 2), budget / bytesPerTile)
    if tiles <= most { return tiles }
    let count = (tiles + most - 1) / most
    let even = (tiles + count - 1) / count
    let whole = (even + widestTile - 1) / widestTile * widestTile
    return whole <= most ? whole : even
  }

  func run(_ call: borrowing KernelCall) {
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let residual = addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    if call.phase == 0 { zeroHalo(of: y, call) }
    if phases == 1 {
      runBlocks(call, x: x, residual: residual, y: y)
    } else if call.phase == 0 {
      transformAll(call, x: x)
    } else {
      multiplyAll(call, residual: residual, y: y)
    }
  }

  private func zeroHalo(of y: UnsafeMutablePointer<Float>, _ call: borrowing KernelCall) {
    for plane in call.share(of: output.batch * output.blocks) {
      let (image, block) = plane.quotientAndRemainder(dividingBy: output.blocks)
      assay_zero_halo(
        outputHalo.pointer, y + image * output.imagePitch + block * output.planePitch, 0, Int32(output.height)
      )
    }
  }

  private var blockCount: Int { (tileCount + tilesPerBlock - 1) / tilesPerBlock }

  private func tiles(of block: Int) -> Range<Int32> {
    Int32(block * tilesPerBlock)..<Int32(min((block + 1) * tilesPerBlock, tileCount))
  }

  private func runBlocks(
    _ call: borrowing KernelCall, x: UnsafePointer<Float>, residual: UnsafePointer<Float>?,
    y: UnsafeMutablePointer<Float>
  ) {
    let transformed = call.scratch.assumingMemoryBound(to: Float.self)
    let products = transformed + transformedFloats
    for block in call.share(of: blockCount) {
      let tiles = tiles(of: block)
      assay_winograd_transform(
        plan.pointer, x, transformed, tiles.lowerBound, tiles.upperBound, 0, Int32(input.blocks))
      assay_winograd_multiply(
        plan.pointer, transformed, products, residual, y, tiles.lowerBound, tiles.upperBound, 0,
        Int32(panels.count))
    }
  }

  private func transformAll(_ call: borrowing KernelCall, x: UnsafePointer<Float>) {
    let transformed = call.sharedScratch.assumingMemoryBound(to: Float.self)
    for index in call.share(of: blockCount * input.blocks) {
      let (block, inputBlock) = index.quotientAndRemainder(dividingBy: input.blocks)
      let tiles = tiles(of: block)
      assay_winograd_transform(
        plan.pointer, x, transformed + block * transformedFloats, tiles.lowerBound, tiles.upperBound,
        Int32(inputBlock), Int32(inputBlock + 1))
    }
  }

  private func multiplyAll(
    _ call: borrowing KernelCall, residual: UnsafePointer<Float>?, y: UnsafeMutablePointer<Float>
  ) {
    let transformed = call.sharedScratch.assumingMemoryBound(to: Float.self)
    let products = call.scratch.assumingMemoryBound(to: Float.self)
    let share = call.share(of: panels.count)
    for block in 0..<blockCount {
      let tiles = tiles(of: block)
      assay_winograd_multiply(
        plan.pointer, transformed + block * transformedFloats, products, residual, y, tiles.lowerBound,
        tiles.upperBound, Int32(share.lowerBound), Int32(share.upperBound))
    }
  }
}
