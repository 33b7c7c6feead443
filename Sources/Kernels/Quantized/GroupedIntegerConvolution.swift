internal import CMicrokernels

/// A convolution of 8-bit integers less their zero points in several groups, plane by plane: 32-bit sums.
///
/// Inputs and output are those of `IntegerConvolution`. The planes of a group are widened to 16 bits with zeros around them.
package struct GroupedIntegerConvolution: PreparedKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  package var packedWeightBytes: Int { weights.byteCount }

  private let parameters: ConvolutionParameters
  /// 16-bit integers less their zero points, `O, I / groups, KH, KW`.
  private let weights: PackedFloats
  private let weightsPerChannel: Int
  private let operands: IntegerConvolutionOperands
  private let window: assay_integer_window

  package init(
    _ parameters: ConvolutionParameters, _ operands: IntegerConvolutionOperands,
    instructionSet: InstructionSet = .native
  ) throws(ConvolutionError) {
    let count = try operands.weightsPerChannel(parameters)
    guard let planes = PaddedPlanes(parameters) else { throw .unsupported }
    do throws(MemoryError) {
      weights = try PackedFloats(count: (operands.weights.count + 1) / 2) {
        let target = UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int16.self)
        for index in operands.weights.indices {
          target[index] = Int16(operands.weight(index) - operands.weightZero(index / count))
        }
      }
    } catch {
      throw .memory(error)
    }
    self.parameters = parameters
    self.operands = operands.withoutWeights
    weightsPerChannel = count
    var window = assay_integer_window()
    window.channels = Int32(parameters.inputChannels / parameters.groups)
    window.setWindow(parameters)
    (window.row_pitch, window.plane_pitch) = (Int64(planes.row), Int64(planes.plane))
    (window.out_height, window.out_width) = (
      Int32(parameters.output.height), Int32(parameters.output.width)
    )
    self.window = window
    scratchBytesPerThread = planes.count * MemoryLayout<Int16>.stride
    let name = parameters.isDepthwise ? "depthwise convolution" : "grouped convolution"
    choice = KernelChoice(
      kernel: "\(name) \(parameters.kernel.height)x\(parameters.kernel.width), integer sums",
      instructionSet: instructionSet, reason: "plane by plane")
  }

  /// Whether the planes' copies are not excessive.
  package static func serves(_ parameters: ConvolutionParameters) -> Bool { PaddedPlanes(parameters) != nil }

  package func run(_ call: borrowing KernelCall) {
    let (groups, filters) = (parameters.groups, parameters.outputChannels / parameters.groups)
    let plane = parameters.output.height * parameters.output.width
    let planes = call.scratch.assumingMemoryBound(to: Int16.self)
    let taps = UnsafeRawPointer(weights.pointer).assumingMemoryBound(to: Int16.self)
    let sums = call.outputs[0].assumingMemoryBound(to: Int32.self)
    var window = window
    let units = call.share(of: parameters.batch * groups)
    guard !units.isEmpty else { return }
    // The padding stays zero from one unit to the next.
    planes.update(repeating: 0, count: scratchBytesPerThread / MemoryLayout<Int16>.stride)
    for unit in units {
      load(unit, to: planes, call)
      for filter in 0..<filters {
        let channel = unit % groups * filters + filter
        assay_convolve_integer_plane(
          choice.instructionSet.code, &window, planes, taps + channel * weightsPerChannel,
          sums + (unit * filters + filter) * plane)
      }
    }
  }

  /// Unit `image * groups + group`: its planes lie one after the other.
  private func load(_ unit: Int, to planes: UnsafeMutablePointer<Int16>, _ call: borrowing KernelCall) {
    let channels = parameters.inputChannels / parameters.groups
    let (row, plane) = (Int(window.row_pitch), Int(window.plane_pitch))
    let size = parameters.input.height * parameters.input.width
    let source = call.inputs[0].assumingMemoryBound(to: UInt8.self) + unit * channels * size
    let origin = parameters.padding.top * row + parameters.padding.left
    for channel in 0..<channels {
      assay_widen_byte_plane(
        choice.instructionSet.code, source + channel * size, planes + channel * plane + origin,
        Int32(parameters.input.height), Int32(parameters.input.width), Int64(row),
        operands.isInputSigned ? 128 : 0, operands.unsignedZeroPoint(call))
    }
  }
}

/// Planes with the padding that windows reach into; sizes in values.
private struct PaddedPlanes {
  let row: Int
  let plane: Int
  /// With what is read behind the last.
  let count: Int

  /// nil where they are excessive.
  init?(_ parameters: ConvolutionParameters) {
    func extent(_ size: KeyPath<ConvolutionParameters.Size, Int>, before: Int) -> Int {
      let reach =
        (parameters.output[keyPath: size] - 1) * parameters.stride[keyPath: size]
        + parameters.dilation[keyPath: size] * (parameters.kernel[keyPath: size] - 1) + 1
      return max(before + parameters.input[keyPath: size], reach)
    }
    row = extent(\.width, before: parameters.padding.left)
    let height = extent(\.height, before: parameters.padding.top)
    let channels = parameters.inputChannels / parameters.groups
    guard row <= Self.most, height <= Self.most, row * height <= Self.most,
      channels <= Self.most, row * height * channels <= Self.most
    else { return nil }
    plane = row * height
    count = plane * channels + 16 * parameters.stride.width
  }

  private static let most = 1 << 26
}
