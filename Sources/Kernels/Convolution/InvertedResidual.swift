import CMicrokernels

/// Three convolutions that follow each other, done a few rows at a time: 1x1, depthwise, 1x1. The first may be missing, or be
/// that of the whole network, which reads an image of a few planes.
///
/// What the first two make is as many times wider than input and output as the block expands its channels, and is
/// never stored whole: a thread's scratch holds the rows that one strip of the output needs. The rows that
/// neighbouring strips share are kept, not made again, except between threads.
///
/// A run reads `inputs[0]` and with `residual` `inputs[1]`, which may be the same tensor; it writes `outputs[0]`, which
/// may be neither.
package final class InvertedResidual: PreparedKernel {
  /// One of the three: its sizes, and what `ConvolutionKernel.prepare` takes of it.
  package struct Stage {
    package var parameters: ConvolutionParameters
    package var weights: UnsafePointer<Float>
    package var bias: UnsafePointer<Float>?
    package var activation: FusedActivation

    package init(
      _ parameters: ConvolutionParameters, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
      activation: FusedActivation
    ) {
      self.parameters = parameters
      self.weights = weights
      self.bias = bias
      self.activation = activation
    }
  }

  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  private let expand: ConvolutionPlan?
  /// What the first stage reads if its input lies in planes.
  private let strip: PlanarStrip?
  private let depthwise: ConvolutionPlan
  private let project: ConvolutionPlan
  private let addsResidual: Bool
  private let expanded: RowBuffer
  private let filtered: RowBuffer
  private let rowsPerStrip: Int

  package var packedWeightBytes: Int {
    (expand?.packedWeightBytes ?? 0) + depthwise.packedWeightBytes + project.packedWeightBytes
  }

  /// Without a first stage the depthwise one reads the input, which then has at least its halo. Planes are read by a first
  /// stage of any kernel, blocks by one of 1x1.
  package init(
    expand: Stage?, depthwise: Stage, project: Stage, input: ConvolutionInput, output: BlockedLayout,
    residual: Bool, instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    try Self.check(expand, depthwise, project, input, output)
    let window = depthwise.parameters
    let wide = BlockedLayout(window, halo: 0)
    let narrow = BlockedLayout(project.parameters, halo: 0)
    let rowBytes = wide.blocks * BlockedLayout.block * (window.input.width + window.kernel.width) * 4
    let windowRows = (window.kernel.height - 1) * window.dilation.height + 1
    rowsPerStrip = max(2, min(8, (Self.cacheShare / rowBytes - windowRows) / window.stride.height))
    expanded = RowBuffer(
      blocks: wide.blocks, rows: (rowsPerStrip - 1) * window.stride.height + windowRows,
      width: max(
        window.input.width + window.padding.left,
        (window.output.width - 1) * window.stride.width + (window.kernel.width - 1) * window.dilation.width
          + 1))
    filtered = RowBuffer(blocks: narrow.blocks, rows: rowsPerStrip, width: window.output.width)
    addsResidual = residual
    let image: BlockedLayout
    let form: assay_convolution_form
    switch input {
    case .blocked(let layout): (image, form, strip) = (layout, assay_convolution_dense, nil)
    case .planar:
      let first = expand?.parameters ?? window
      (image, form) = (BlockedLayout(first, halo: 0), assay_convolution_planar)
      strip = PlanarStrip(first, outputRows: min(8, expanded.rows))
    }
    let expandPlan = try expand.map { stage throws(ConvolutionError) in
      try Self.plan(stage, form, image, wide, instructionSet)
    }
    if let expandPlan {
      Self.place(&expandPlan.pointer.pointee.out, in: expanded, left: window.padding.left)
      strip?.place(&expandPlan.pointer.pointee.in)
    }
    self.expand = expandPlan
    self.depthwise = try Self.plan(
      depthwise, assay_convolution_depthwise, expand == nil ? image : wide, narrow, instructionSet)
    if expand != nil {
      Self.place(&self.depthwise.pointer.pointee.in, in: expanded, left: window.padding.left)
    }
    Self.place(&self.depthwise.pointer.pointee.out, in: filtered, left: 0)
    self.project = try Self.plan(project, assay_convolution_dense, narrow, output, instructionSet)
    Self.place(&self.project.pointer.pointee.in, in: filtered, left: 0)
    self.project.pointer.pointee.in.image = 0
    scratchBytesPerThread =
      ((expand == nil ? 0 : expanded.floats) + filtered.floats + (strip?.floats ?? 0)) * 4
    choice = KernelChoice(
      kernel: (expand.map { Self.name($0, isPlanar: input == .planar) + " + " } ?? "")
        + "depthwise \(window.kernel.height)x\(window.kernel.width) + 1x1 by rows",
      tile: self.project.tile, instructionSet: instructionSet,
      reason: "the expanded rows stay in the cache, \(rowsPerStrip) output rows at a time")
  }

  /// Of the second-level cache, for the expanded rows; in bytes.
  private static let cacheShare = 512 << 10

  private static func name(_ stage: Stage, isPlanar: Bool) -> String {
    let kernel = stage.parameters.kernel
    return "\(kernel.height)x\(kernel.width)" + (isPlanar ? " from planes" : "")
  }

  private static func check(
    _ expand: Stage?, _ depthwise: Stage, _ project: Stage, _ input: ConvolutionInput, _ output: BlockedLayout
  ) throws(ConvolutionError) {
    let window = depthwise.parameters
    let last = project.parameters
    guard window.isDepthwise, last.isPointwise, last.groups == 1 else { throw .unsupported }
    guard last.inputChannels == window.outputChannels, last.input == window.output,
      last.batch == window.batch,
      output.hasSameShape(
        as: BlockedLayout(
          batch: last.batch, channels: last.outputChannels, height: last.output.height,
          width: last.output.width))
    else { throw .layout }
    if let first = expand?.parameters {
      guard first.groups == 1, first.isPointwise || input == .planar else { throw .unsupported }
      guard first.outputChannels == window.inputChannels, first.output == window.input,
        first.batch == window.batch
      else { throw .layout }
    }
    switch input {
    case .blocked(let layout):
      guard layout.hasSameShape(as: BlockedLayout(expand?.parameters ?? window, halo: 0)),
        expand != nil || layout.halo >= window.halo
      else { throw .layout }
    case .planar:
      guard expand != nil else { throw .unsupported }
    }
  }

  private static func plan(
    _ stage: Stage, _ form: assay_convolution_form, _ input: BlockedLayout, _ output: BlockedLayout,
    _ instructionSet: InstructionSet
  ) throws(ConvolutionError) -> ConvolutionPlan {
    do throws(MemoryError) {
      return try ConvolutionPlan(
        stage.parameters, form: form, input: input, output: output, weights: stage.weights, bias: stage.bias,
        activation: stage.activation, keepsRows: true, instructionSet: instructionSet)
    } catch {
      throw .memory(error)
    }
  }

  /// A few rows of every block.
  private struct RowBuffer {
    let blocks: Int
    let rows: Int
    let rowPitch: Int

    init(blocks: Int, rows: Int, width: Int) {
      self.blocks = blocks
      self.rows = rows
      rowPitch = width * BlockedLayout.block
    }

    var planePitch: Int { rows * rowPitch }
    var floats: Int { blocks * planePitch }
  }

  /// Lets a plan find its rows in a buffer; the buffer's address is given so that row 0 of the image would be its first.
  private static func place(_ tensor: inout assay_blocked, in buffer: RowBuffer, left: Int) {
    tensor.image = 0
    tensor.plane = buffer.planePitch
    tensor.row = buffer.rowPitch
    tensor.origin = left * BlockedLayout.block
    tensor.halo = 0
  }

  /// Every part makes the rows that it shares with the one above again.
  package var partsPerThread: Int { 2 }

  package func run(_ call: borrowing KernelCall) {
    let batch = project.output.batch
    let height = project.output.height
    let parts = call.parts
    if batch % parts == 0 || batch >= 4 * parts {
      for image in call.share(of: batch) { runRows(0..<height, of: image, call) }
    } else {
      for image in 0..<batch { runRows(call.share(of: height), of: image, call) }
    }
  }

  private func runRows(_ rows: Range<Int>, of image: Int, _ call: borrowing KernelCall) {
    let scratch = call.scratch.assumingMemoryBound(to: Float.self)
    let x = call.inputs[0].assumingMemoryBound(to: Float.self)
    let y = call.outputs[0].assumingMemoryBound(to: Float.self)
    let residual = addsResidual ? call.inputs[1].assumingMemoryBound(to: Float.self) : nil
    let filteredRows = scratch + (expand == nil ? 0 : expanded.floats)
    if expand != nil { zeroSides(of: scratch) }
    var made: Range<Int>?
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsPerStrip) {
      let strip = first..<min(first + rowsPerStrip, rows.upperBound)
      var source = x + image * depthwise.input.imagePitch
      if let expand {
        let base = makeRows(for: strip, of: image, with: expand, after: made, x: x, into: scratch)
        made = base..<base + expanded.rows
        source = UnsafePointer(scratch - base * expanded.rowPitch)
      }
      let target = filteredRows - first * filtered.rowPitch
      depthwise.run(
        .init(images: 0..<1, steps: strip, panels: 0..<depthwise.panels.count), x: source, residual: nil,
        y: target)
      project.run(
        .init(images: image..<image + 1, steps: strip, panels: 0..<project.panels.count), x: target,
        residual: residual, y: y)
    }
  }

  /// Fills the buffer with the rows that a strip's windows cover, keeping those of the strip before.
  /// - Returns: the image's row, perhaps above its first, that lies first in the buffer.
  private func makeRows(
    for strip: Range<Int>, of image: Int, with expand: ConvolutionPlan, after made: Range<Int>?,
    x: UnsafePointer<Float>, into buffer: UnsafeMutablePointer<Float>
  ) -> Int {
    let window = depthwise.parameters
    let base = strip.lowerBound * window.stride.height - window.padding.top
    let end =
      (strip.upperBound - 1) * window.stride.height - window.padding.top
      + (window.kernel.height - 1) * window.dilation.height + 1
    var next = base
    if let made, made.upperBound > base {
      let kept = min(made.upperBound, end) - base
      let shift = (base - made.lowerBound) * expanded.rowPitch
      for block in 0..<expanded.blocks {
        let plane = buffer + block * expanded.planePitch
        plane.update(from: plane + shift, count: kept * expanded.rowPitch)
      }
      next = base + kept
    }
    let top = min(max(0, next), end)
    let bottom = min(max(top, window.input.height), end)
    zeroRows(next - base..<top - base, of: buffer)
    expandRows(
      top..<bottom, of: image, with: expand, x: x, through: buffer + expanded.floats + filtered.floats,
      into: buffer - base * expanded.rowPitch)
    zeroRows(bottom - base..<end - base, of: buffer)
    return base
  }

  /// Runs the first stage.
  /// - Parameters:
  ///   - copy: where the strip of planes has its place.
  ///   - buffer: where row 0 of the expanded image would lie.
  private func expandRows(
    _ rows: Range<Int>, of image: Int, with expand: ConvolutionPlan, x: UnsafePointer<Float>,
    through copy: UnsafeMutablePointer<Float>, into buffer: UnsafeMutablePointer<Float>
  ) {
    var share = ConvolutionPlan.Share(images: 0..<1, steps: rows, panels: 0..<expand.panels.count)
    guard let strip else {
      if !rows.isEmpty {
        expand.run(share, x: x + image * expand.input.imagePitch, residual: nil, y: buffer)
      }
      return
    }
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: strip.outputRows) {
      share.steps = first..<min(first + strip.outputRows, rows.upperBound)
      let source = strip.fill(copy, from: first, of: image, in: x)
      expand.run(share, x: source, residual: nil, y: buffer)
    }
  }

  /// The columns beside the image, which are never written again.
  private func zeroSides(of buffer: UnsafeMutablePointer<Float>) {
    let left = depthwise.parameters.padding.left * BlockedLayout.block
    let right = left + depthwise.parameters.input.width * BlockedLayout.block
    for row in 0..<expanded.blocks * expanded.rows {
      let start = buffer + row * expanded.rowPitch
      start.update(repeating: 0, count: left)
      (start + right).update(repeating: 0, count: expanded.rowPitch - right)
    }
  }

  private func zeroRows(_ rows: Range<Int>, of buffer: UnsafeMutablePointer<Float>) {
    for block in 0..<expanded.blocks where !rows.isEmpty {
      let start = buffer + block * expanded.planePitch + rows.lowerBound * expanded.rowPitch
      start.update(repeating: 0, count: rows.count * expanded.rowPitch)
    }
  }
}
