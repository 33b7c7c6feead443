import Kernels
import Testing

/// One convolution with random data, run in every form and compared with `referenceConvolution`.
struct ConvolutionCase {
  var parameters: ConvolutionParameters
  var activation = FusedActivation.none
  var residual = false
  var hasBias = true
  var inputHalo: Int?
  var outputHalo = 0
  var planarInput = false
  var arithmetic = ConvolutionArithmetic.direct

  /// The largest relative error over instruction sets and thread counts; infinity where a border or padded channel
  /// is not zero, or a value was left unwritten.
  func largestError(
    seed: UInt64, threads: [Int] = [1, 2, 3], instructionSets: [InstructionSet] = availableInstructionSets
  ) throws -> Double {
    let p = parameters
    var generator = Generator(seed: seed)
    let input = generator.floats(p.batch * p.inputChannels * p.input.height * p.input.width)
    let weights = generator.floats(
      p.outputChannels * (p.inputChannels / p.groups) * p.kernel.height * p.kernel.width)
    let bias = hasBias ? generator.floats(p.outputChannels) : nil
    let output = BlockedLayout(
      batch: p.batch, channels: p.outputChannels, height: p.output.height, width: p.output.width,
      halo: outputHalo)
    let added =
      residual ? generator.floats(p.batch * p.outputChannels * p.output.height * p.output.width) : nil
    let expected = referenceConvolution(
      p, input: input, weights: weights, bias: bias, residual: added, activation: activation)
    let layout = BlockedLayout(p, halo: inputHalo ?? p.halo)
    let x = planarInput ? Buffer(input) : layout.blocked(input)
    var worst = 0.0
    for instructionSet in instructionSets {
      let kernel = try prepare(
        planarInput ? .planar : .blocked(layout), output, weights, bias, instructionSet)
      for count in threads {
        // In place: the output holds what is to be added.
        let y = added.map { output.blocked($0) } ?? Buffer(count: output.batch * output.imagePitch)
        run(kernel, inputs: residual ? [x, y] : [x], output: y, threads: count)
        guard let planar = output.planar(y) else { return .infinity }
        worst = max(worst, relativeError(planar, expected))
      }
    }
    return worst
  }

  private func prepare(
    _ input: ConvolutionInput, _ output: BlockedLayout, _ weights: [Float], _ bias: [Float]?,
    _ instructionSet: InstructionSet
  ) throws -> any PreparedKernel {
    try weights.withUnsafeBufferPointer { weights in
      try (bias ?? []).withUnsafeBufferPointer { values in
        let start = try #require(weights.baseAddress)
        return try ConvolutionKernel.prepare(
          parameters, input: input, output: output, weights: start,
          bias: bias == nil ? nil : values.baseAddress, activation: activation, residual: residual,
          arithmetic: arithmetic, instructionSet: instructionSet)
      }
    }
  }
}

@Suite struct ConvolutionTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  @Test func everyWidthOfOnePixelKernels() throws {
    for width in 1...30 {
      for halo in [0, 1] {
        let parameters = try ConvolutionParameters(
          inputChannels: 17, outputChannels: 40, input: Size(3, width), kernel: Size(1, 1))
        let error = try ConvolutionCase(parameters: parameters, inputHalo: halo, outputHalo: halo)
          .largestError(seed: UInt64(width))
        #expect(error <= 1e-6, "width \(width), halo \(halo)")
      }
    }
  }

  @Test(arguments: [Size(1, 1), Size(2, 2), Size(3, 3), Size(1, 2)])
  func everyWidthOfThreeByThree(stride: Size) throws {
    for width in 1...30 {
      let parameters = try ConvolutionParameters(
        inputChannels: 20, outputChannels: 33, input: Size(5, width), kernel: Size(3, 3), stride: stride,
        padding: Padding(1))
      let error = try ConvolutionCase(
        parameters: parameters, activation: .relu, residual: true, outputHalo: 1
      )
      .largestError(seed: UInt64(width))
      #expect(error <= 1e-6, "width \(width)")
    }
  }

  @Test(arguments: [1, 3, 15, 16, 17, 32, 48], [1, 3, 16, 31, 49])
  func everyChannelCount(input: Int, output: Int) throws {
    let parameters = try ConvolutionParameters(
      batch: 2, inputChannels: input, outputChannels: output, input: Size(6, 9), kernel: Size(3, 2),
      padding: Padding(top: 1, left: 0, bottom: 2, right: 1))
    for planar in [false, true] {
      let error = try ConvolutionCase(parameters: parameters, hasBias: planar, planarInput: planar)
        .largestError(seed: UInt64(input * 100 + output))
      #expect(error <= 1e-6, "planar \(planar)")
    }
  }

  @Test(arguments: [
    (12, 24, 2), (12, 12, 3), (64, 64, 4), (64, 64, 32), (32, 64, 8), (48, 96, 3), (40, 20, 20), (30, 60, 5),
  ])
  func groups(input: Int, output: Int, groups: Int) throws {
    let parameters = try ConvolutionParameters(
      batch: 3, inputChannels: input, outputChannels: output, groups: groups, input: Size(7, 8),
      kernel: Size(3, 3), padding: Padding(1))
    let error = try ConvolutionCase(parameters: parameters).largestError(seed: 7)
    #expect(error <= 1e-6)
  }

  @Test func randomGeometry() throws {
    var generator = Generator(seed: 11)
    var done = 0
    while done < 60 {
      let kernel = Size(1 + generator.below(5), 1 + generator.below(7))
      guard
        let parameters = try? ConvolutionParameters(
          batch: 1 + generator.below(4), inputChannels: 1 + generator.below(40),
          outputChannels: 1 + generator.below(70),
          input: Size(1 + generator.below(15), 1 + generator.below(31)),
          kernel: kernel, stride: Size(1 + generator.below(3), 1 + generator.below(4)),
          dilation: Size(1 + generator.below(3), 1 + generator.below(3)),
          padding: Padding(
            top: generator.below(4), left: generator.below(4), bottom: generator.below(4),
            right: generator.below(4)))
      else { continue }
      done += 1
      let error = try ConvolutionCase(
        parameters: parameters, residual: generator.below(2) == 0, inputHalo: generator.below(5),
        outputHalo: generator.below(3)
      ).largestError(seed: UInt64(done), threads: [1, 2, 5])
      #expect(error <= 1e-6, "\(parameters)")
    }
  }

  @Test(arguments: [
    FusedActivation.relu, .clamp(0, 6), .clamp(0.25, 1), .sigmoid, .silu, .hardSwish, .gelu, .tanh,
    .hardSigmoid(alpha: 0.2, beta: 0.5), .leakyRelu(alpha: 0.1),
  ])
  func activations(activation: FusedActivation) throws {
    let parameters = try ConvolutionParameters(
      inputChannels: 19, outputChannels: 21, input: Size(9, 17), kernel: Size(3, 3), padding: Padding(1))
    for residual in [false, true] {
      let error = try ConvolutionCase(
        parameters: parameters, activation: activation, residual: residual, outputHalo: 1
      ).largestError(seed: 5)
      #expect(error <= 1e-6)
    }
  }

  @Test func sizesThatMakeNoSense() {
    #expect(throws: ConvolutionError.sizes) {
      try ConvolutionParameters(inputChannels: 4, outputChannels: 4, input: Size(2, 2), kernel: Size(3, 3))
    }
    #expect(throws: ConvolutionError.groups) {
      try ConvolutionParameters(
        inputChannels: 4, outputChannels: 4, groups: 3, input: Size(2, 2), kernel: Size(1, 1))
    }
    #expect(throws: ConvolutionError.sizes) {
      try ConvolutionParameters(
        inputChannels: .max, outputChannels: 4, input: Size(2, 2), kernel: Size(1, 1))
    }
  }
}
