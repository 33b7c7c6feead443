internal import CMicrokernels

/// A convolution of each channel of 8-bit numbers by itself. `inputs[0]` is the image.
package final class QuantizedDepthwise: PreparedKernel {
  package let choice: KernelChoice
  package var packedWeightBytes: Int {
    weights.byteCount + rounding.byteCount + (columns?.byteCount ?? 0)
  }
  private let work: UnsafeBox<assay_byte_depthwise>
  private let weights: PackedFloats
  private let rounding: PackedRounding
  private let columns: PackedColumns?
  private let output: ByteImageLayout

  /// - Parameter weights: `C, 1, KH, KW`, zero points taken off.
  package init(
    _ parameters: ConvolutionParameters, input: ByteImageLayout, output: ByteImageLayout,
    weights: UnsafeBufferPointer<Int8>, inputZero: Int, rounding: ByteRounding,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    let taps = parameters.kernel.height * parameters.kernel.width
    let padded = (parameters.outputChannels + 15) / 16 * 16
    guard input.isInput(of: parameters), output.isOutput(of: parameters), input.halo >= parameters.halo,
      weights.count == taps * parameters.outputChannels, rounding.bias.count == parameters.outputChannels,
      rounding.scale.count == parameters.outputChannels
    else { throw .layout }
    guard parameters.isDepthwise, rounding.sum == nil,
      let form = assay_byte_form_for(instructionSet.code, instructionSet == .avx512amx ? 1 : 0)
    else { throw .unsupported }
    let correction = QuantizedConvolution.correction(
      weights, channels: parameters.outputChannels, inputZero: inputZero)
    do throws(MemoryError) {
      self.weights = try PackedFloats(count: (taps * padded + 1) / 2) { memory in
        let target = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Int16.self)
        for (index, weight) in weights.enumerated() {
          target[index % taps * padded + index / taps] = Int16(weight)
        }
      }
      self.rounding = try PackedRounding(rounding, correction: correction)
      let takesColumns =
        parameters.kernel == .init(3, 3) && parameters.dilation == .init(1, 1)
        && assay_byte_takes_columns(form, Int32(parameters.stride.width)) != 0
      columns =
        takesColumns ? try PackedColumns(weights, rounding: rounding, correction: correction) : nil
    } catch {
      throw .memory(error)
    }
    var work = assay_byte_depthwise()
    work.form = form
    work.in = input.image
    work.out = output.image
    work.setWindow(parameters)
    work.origin = input.origin(of: parameters)
    work.weights = UnsafeRawPointer(self.weights.pointer).assumingMemoryBound(to: Int16.self)
    work.channels = Int32(padded)
    columns?.set(&work)
    work.rounding = self.rounding.task(from: 0, room: output.pixelPitch)
    self.work = UnsafeBox(work)
    self.output = output
    choice = KernelChoice(
      kernel: "depthwise convolution \(parameters.kernel.height)x\(parameters.kernel.width), 8-bit integers",
      tile: columns == nil ? "1 pixel x 16 channels" : "4 pixels x 64 channels",
      instructionSet: instructionSet,
      reason: columns == nil
        ? "sums are exact in 32 bits" : "sums are exact in 32 bits; a product takes a column of the window")
  }

  package func run(_ call: borrowing KernelCall) {
    writeBorder(output, call)
    let rows = call.share(of: output.rows)
    assay_byte_depthwise_rows(
      work.pointer, call.inputs[0].assumingMemoryBound(to: UInt8.self),
      call.outputs[0].assumingMemoryBound(to: UInt8.self), Int64(rows.lowerBound), Int64(rows.upperBound))
  }
}

/// Weights, biases and scales of 3x3 windows for the forms that take them by columns: see `assay_byte_depthwise`.
private final class PackedColumns: Sendable {
  private let weights: PackedFloats
  /// Biases, then scales.
  private let numbers: PackedFloats
  var byteCount: Int { weights.byteCount + numbers.byteCount }

  /// - Parameter weights: `C, 1, 3, 3`.
  init(_ source: UnsafeBufferPointer<Int8>, rounding: ByteRounding, correction: [Int32]) throws(MemoryError) {
    let channels = rounding.bias.count
    let blocks = (channels + 63) / 64
    weights = try PackedFloats(count: blocks * 192) { memory in
      let target = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Int8.self)
      Self.forEachPlace(channels) { block, place, channel in
        for tap in 0..<9 {
          target[768 * block + 256 * (tap % 3) + 4 * place + tap / 3] = source[9 * channel + tap]
        }
      }
    }
    numbers = try PackedFloats(count: 2 * blocks * 64) { target in
      Self.forEachPlace(channels) { block, place, channel in
        let bias = rounding.bias[channel] &+ correction[channel]
        target[64 * block + place] = Float(bitPattern: UInt32(bitPattern: bias))
        target[64 * (blocks + block) + place] = rounding.scale[channel]
      }
    }
  }

  private static func forEachPlace(
    _ channels: Int, _ body: (_ block: Int, _ place: Int, _ channel: Int) -> Void
  ) {
    for block in 0..<(channels + 63) / 64 {
      for place in 0..<64 {
        let channel = 64 * block + Int(assay_byte_column_channel(Int32(place / 16), Int32(place % 16)))
        if channel < channels { body(block, place, channel) }
      }
    }
  }

  func set(_ work: inout assay_byte_depthwise) {
    work.columns = UnsafeRawPointer(weights.pointer).assumingMemoryBound(to: Int8.self)
    work.column_bias = UnsafeRawPointer(numbers.pointer).assumingMemoryBound(to: Int32.self)
    work.column_scale = numbers.pointer + numbers.count / 2
  }
}
