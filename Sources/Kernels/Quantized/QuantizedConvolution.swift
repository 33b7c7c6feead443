internal import CMicrokernels

/// A convolution of 8-bit numbers with constant weights, exact in 32 bits and then rounded to 8-bit numbers again.
///
/// `inputs[0]` is the image, `inputs[1]`, if the rounding has a sum, the other operand in the output's layout, over which
/// the output may be written.
package final class QuantizedConvolution: PreparedKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  package var packedWeightBytes: Int { weights.byteCount + rounding.byteCount }

  /// One for each set of groups that are computed as one convolution.
  private let parts: [Part]
  private let weights: PackedByteWeights
  private let rounding: PackedRounding
  private let output: ByteImageLayout
  private let sharing: Sharing
  private let takesOther: Bool

  private struct Part: @unchecked Sendable {
    let work: UnsafeBox<assay_byte_convolution>
    /// The first channel of its input and of its output.
    let inputChannel: Int
    let outputChannel: Int
  }

  /// - Parameters:
  ///   - weights: `O, I / groups, KH, KW`, zero points taken off.
  ///   - inputZero: what the padding holds.
  package init(
    _ parameters: ConvolutionParameters, input: ByteImageLayout, output: ByteImageLayout,
    weights: UnsafeBufferPointer<Int8>, inputZero: Int, rounding: ByteRounding,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    let geometry = try Geometry(parameters, input: input, output: output, instructionSet)
    let count =
      parameters.outputChannels * (parameters.inputChannels / parameters.groups) * parameters.kernel.height
      * parameters.kernel.width
    guard weights.count == count, rounding.bias.count == parameters.outputChannels,
      rounding.scale.count == parameters.outputChannels
    else { throw .layout }
    let correction = Self.correction(weights, channels: parameters.outputChannels, inputZero: inputZero)
    do throws(MemoryError) {
      self.weights = try PackedByteWeights(weights, of: geometry)
      self.rounding = try PackedRounding(rounding, correction: correction)
    } catch {
      throw .memory(error)
    }
    var parts: [Part] = []
    for index in 0..<geometry.parts {
      var work = geometry.work(self.weights, part: index)
      work.rounding = self.rounding.task(from: index * geometry.partOutputChannels, room: output.pixelPitch)
      parts.append(
        Part(
          work: UnsafeBox(work), inputChannel: index * geometry.partInputChannels,
          outputChannel: index * geometry.partOutputChannels))
    }
    self.parts = parts
    self.output = output
    takesOther = rounding.sum != nil
    sharing = geometry.sharing
    scratchBytesPerThread = geometry.scratchBytes
    choice = KernelChoice(
      kernel: "convolution \(parameters.kernel.height)x\(parameters.kernel.width), 8-bit integers",
      tile: geometry.tile, instructionSet: instructionSet, reason: geometry.reason)
  }

  package func run(_ call: borrowing KernelCall) {
    writeBorder(output, call)
    let input = call.inputs[0].assumingMemoryBound(to: UInt8.self)
    let target = call.outputs[0].assumingMemoryBound(to: UInt8.self)
    let other = takesOther ? call.inputs[1].assumingMemoryBound(to: UInt8.self) : nil
    let scratch = call.scratch.assumingMemoryBound(to: UInt8.self)
    for part in parts {
      let work = part.work.pointer
      let (pixels, channels) = sharing.share(of: call)
      guard !pixels.isEmpty, !channels.isEmpty else { continue }
      let partOther = if let other { Optional(other + part.outputChannel) } else { other }
      assay_byte_convolve(
        work, input + part.inputChannel, target + part.outputChannel, partOther, scratch,
        Int64(pixels.lowerBound), Int64(pixels.upperBound), Int32(channels.lowerBound),
        Int32(channels.upperBound))
    }
  }

  /// What the input's zero point adds to each sum, negated: `-zero` times the sum of the weights.
  static func correction(
    _ weights: UnsafeBufferPointer<Int8>, channels: Int, inputZero: Int
  ) -> [Int32] {
    let filter = weights.count / channels
    return (0..<channels).map { channel in
      var sum: Int32 = 0
      for index in channel * filter..<(channel + 1) * filter { sum &+= Int32(weights[index]) }
      return 0 &- Int32(inputZero) &* sum
    }
  }
}
