internal import CMicrokernels

/// A convolution of 8-bit integers less their zero points with constant weights, in one group: 32-bit sums.
///
/// Input 0 is the row-major image `N, C, H, W`, input 1, if there is one, the zero point of its numbers; output
/// `N, O, places`. The image is first brought into the layout of integer kernels, with the zero point around it.
package struct IntegerConvolution: PreparedKernel {
  package let choice: KernelChoice
  /// The image's change of layout; sums of pixels and of windows, if they are wanted; the convolution.
  package let phases: Int
  package let scratchBytesPerThread: Int
  package let sharedScratchBytes: Int
  package var packedWeightBytes: Int { packed.byteCount + corrections.byteCount }

  private let work: UnsafeBox<assay_byte_convolution>
  private let packed: PackedByteWeights
  /// For each channel the sum of its weights, and the factor of the sums of windows, as 32-bit integers.
  private let corrections: PackedFloats
  private let sharing: QuantizedConvolution.Sharing
  private let layout: ByteImageLayout
  private let operands: IntegerConvolutionOperands
  private let places: Places
  private let gatheredBytes: Int

  /// What the threads share, as offsets in bytes.
  private struct Places {
    let channelSums: Int
    let windowSums: Int
    let bytes: Int
  }

  package init(
    _ parameters: ConvolutionParameters, _ operands: IntegerConvolutionOperands,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    guard Self.serves(parameters) else { throw .unsupported }
    let weights = try operands.packableWeights(parameters)
    let layout = ByteImageLayout(
      batch: parameters.batch, channels: parameters.inputChannels, height: parameters.input.height,
      width: parameters.input.width, halo: parameters.halo)
    let output = ByteImageLayout(
      batch: parameters.batch, channels: parameters.outputChannels, height: parameters.output.height,
      width: parameters.output.width)
    let geometry = try QuantizedConvolution.Geometry(
      parameters, input: layout, output: output, instructionSet)
    do throws(MemoryError) {
      packed = try weights.bytes.withUnsafeBufferPointer { bytes throws(MemoryError) in
        try PackedByteWeights(bytes, of: geometry)
      }
      corrections = try PackedFloats(
        (weights.sums + weights.factors).map { Float(bitPattern: UInt32(bitPattern: $0)) })
    } catch {
      throw .memory(error)
    }
    work = UnsafeBox(geometry.work(packed, part: 0))
    sharing = geometry.sharing
    self.layout = layout
    self.operands = operands.withoutWeights
    let hasFactors = weights.factors.contains { $0 != 0 }
    places = Self.places(layout, output, hasFactors: hasFactors)
    sharedScratchBytes = places.bytes
    phases = hasFactors ? 4 : 2
    gatheredBytes = (geometry.scratchBytes + 63) / 64 * 64
    scratchBytesPerThread = gatheredBytes + parameters.outputChannels * MemoryLayout<Int32>.stride
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width), integer sums",
      tile: geometry.tile, instructionSet: instructionSet, reason: geometry.reason)
  }

  /// Whether there is one group and the image's copy is not excessive.
  package static func serves(_ parameters: ConvolutionParameters) -> Bool {
    let halo = parameters.halo
    guard parameters.groups == 1, halo <= 64 else { return false }
    var count = 4
    for extent in [
      parameters.batch, max(parameters.inputChannels, parameters.outputChannels) + 15,
      max(parameters.input.height + 2 * halo, parameters.output.height),
      max(parameters.input.width + 2 * halo, parameters.output.width),
    ] {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= mostBytes else { return false }
      count = product
    }
    return true
  }

  private static let mostBytes = 1 << 34

  private static func places(
    _ input: ByteImageLayout, _ output: ByteImageLayout, hasFactors: Bool
  ) -> Places {
    let image = (input.byteCount + 63) / 64 * 64
    guard hasFactors else { return Places(channelSums: image, windowSums: image, bytes: image) }
    let stored = input.batch * input.imagePitch / input.pixelPitch * MemoryLayout<Int32>.stride
    let windows = output.rows * output.width * MemoryLayout<Int32>.stride
    return Places(channelSums: image, windowSums: image + stored, bytes: image + stored + windows)
  }

  package func run(_ call: borrowing KernelCall) {
    switch call.phase {
    case 0: loadImage(call)
    case phases - 1: convolve(call)
    case 1: sumChannels(call)
    default: sumWindows(call)
    }
  }

  private func image(_ call: borrowing KernelCall) -> UnsafeMutablePointer<UInt8> {
    call.sharedScratch.assumingMemoryBound(to: UInt8.self)
  }

  private func integers(_ call: borrowing KernelCall, at offset: Int) -> UnsafeMutablePointer<Int32> {
    (call.sharedScratch + offset).assumingMemoryBound(to: Int32.self)
  }

  private func loadImage(_ call: borrowing KernelCall) {
    var geometry = layout.image
    let rows = call.share(of: layout.rows)
    let (first, last) = (Int64(rows.lowerBound), Int64(rows.upperBound))
    let target = image(call)
    assay_byte_border(
      &geometry, target, UInt8(truncatingIfNeeded: operands.unsignedZeroPoint(call)), first, last)
    assay_byte_from_planes(
      &geometry, call.inputs[0].assumingMemoryBound(to: UInt8.self), target, operands.isInputSigned ? 128 : 0,
      first, last)
  }

  private func sumChannels(_ call: borrowing KernelCall) {
    var geometry = layout.image
    let rows = call.share(of: layout.batch * (layout.height + 2 * layout.halo))
    assay_byte_channel_sums(
      &geometry, image(call), integers(call, at: places.channelSums), Int64(rows.lowerBound),
      Int64(rows.upperBound))
  }

  private func sumWindows(_ call: borrowing KernelCall) {
    let rows = call.share(of: layout.batch * Int(work.pointer.pointee.out.height))
    assay_byte_window_sums(
      work.pointer, integers(call, at: places.channelSums), integers(call, at: places.windowSums),
      Int64(rows.lowerBound), Int64(rows.upperBound))
  }

  private func convolve(_ call: borrowing KernelCall) {
    let (pixels, panels) = sharing.share(of: call)
    guard !pixels.isEmpty, !panels.isEmpty else { return }
    let channels = corrections.count / 2
    let numbers = UnsafeRawPointer(corrections.pointer).assumingMemoryBound(to: Int32.self)
    let offsets = (call.scratch + gatheredBytes).assumingMemoryBound(to: Int32.self)
    let zero = operands.unsignedZeroPoint(call)
    for channel in 0..<channels { offsets[channel] = 0 &- zero &* numbers[channel] }
    var sums = assay_byte_sums()
    sums.out = call.outputs[0].assumingMemoryBound(to: Int32.self)
    sums.offset = UnsafePointer(offsets)
    sums.factor = numbers + channels
    if phases > 2 { sums.window_sum = UnsafePointer(integers(call, at: places.windowSums)) }
    assay_byte_convolve_sums(
      work.pointer, image(call), &sums, call.scratch.assumingMemoryBound(to: UInt8.self),
      Int64(pixels.lowerBound), Int64(pixels.upperBound), Int32(panels.lowerBound), Int32(panels.upperBound))
  }
}
