import Kernels
import Testing

@Suite struct BlockedTests {
  typealias Size = ConvolutionParameters.Size
  typealias Padding = ConvolutionParameters.Padding

  /// Runs a kernel from blocked tensors to a blocked tensor; nil where a border or padded channel is not zero.
  private func result(
    _ kernel: any PreparedKernel, _ inputs: [Buffer], _ output: BlockedLayout, threads: Int = 2
  ) -> [Float]? {
    let y = Buffer(count: output.batch * output.imagePitch)
    run(kernel, inputs: inputs, output: y, threads: threads)
    return output.planar(y)
  }

  @Test func conversions() throws {
    var generator = Generator(seed: 1)
    for (channels, width, halo) in [(1, 1, 0), (3, 5, 1), (16, 7, 0), (17, 14, 2), (40, 9, 3)] {
      let layout = BlockedLayout(batch: 2, channels: channels, height: 3, width: width, halo: halo)
      let planar = generator.floats(2 * channels * 3 * width)
      let blocked = Buffer(count: layout.batch * layout.imagePitch)
      run(
        try BlockedConversion(.toBlocked, layout: layout), inputs: [Buffer(planar)], output: blocked,
        threads: 3)
      #expect(layout.planar(blocked) == planar)
      let back = Buffer(count: planar.count)
      run(try BlockedConversion(.toPlanar, layout: layout), inputs: [blocked], output: back, threads: 2)
      #expect(Array(UnsafeBufferPointer(start: back.start, count: planar.count)) == planar)
      var wider = layout
      wider.halo = 2
      #expect(try result(BlockedConversion(.fromBlocked(layout), layout: wider), [blocked], wider) == planar)
    }
  }

  @Test func pooling() throws {
    var generator = Generator(seed: 2)
    var done = 0
    while done < 60 {
      let channels = 1 + generator.below(40)
      let kernel = Size(1 + generator.below(4), 1 + generator.below(4))
      let stride = Size(1 + generator.below(3), 1 + generator.below(3))
      let input = Size(1 + generator.below(12), 1 + generator.below(40))
      let padding = Padding(
        top: generator.below(kernel.height), left: generator.below(kernel.width),
        bottom: generator.below(kernel.height), right: generator.below(kernel.width))
      guard
        let floored = try? ConvolutionParameters(
          batch: 2, inputChannels: channels, outputChannels: channels, input: input, kernel: kernel,
          stride: stride, padding: padding)
      else { continue }
      // `ceil_mode` where the window that it adds begins inside the image or its first padding.
      var output = floored.output
      if output.width * stride.width < input.width + padding.left { output.width += 1 }
      let parameters = try ConvolutionParameters(
        batch: 2, inputChannels: channels, outputChannels: channels, input: input, kernel: kernel,
        stride: stride, padding: padding, output: generator.below(2) == 0 ? output : nil)
      done += 1
      let x = generator.floats(2 * channels * input.height * input.width)
      let inputLayout = BlockedLayout(parameters, halo: generator.below(2))
      let outputLayout = BlockedLayout(
        batch: 2, channels: channels, height: parameters.output.height, width: parameters.output.width,
        halo: generator.below(2))
      for reduction in [
        BlockedPooling.Reduction.maximum, .average(countingPadding: true), .average(countingPadding: false),
      ] {
        let expected = referencePooling(parameters, reduction, x)
        for instructionSet in availableInstructionSets {
          let kernel = try BlockedPooling(
            parameters, reduction: reduction, input: inputLayout, output: outputLayout,
            instructionSet: instructionSet)
          let y = try #require(result(kernel, [inputLayout.blocked(x)], outputLayout))
          #expect(relativeError(y, expected) <= 1e-6, "\(parameters) \(reduction)")
        }
      }
    }
  }

  /// By the definition of ONNX's MaxPool and AveragePool. Every window here holds at least one pixel or counts as 0.
  private func referencePooling(
    _ p: ConvolutionParameters, _ reduction: BlockedPooling.Reduction, _ x: [Float]
  ) -> [Double] {
    var result: [Double] = []
    for plane in 0..<p.batch * p.inputChannels {
      for y in 0..<p.output.height {
        for column in 0..<p.output.width {
          var values: [Double] = []
          var padded = 0
          for ky in 0..<p.kernel.height {
            for kx in 0..<p.kernel.width {
              let row = y * p.stride.height - p.padding.top + ky
              let pixel = column * p.stride.width - p.padding.left + kx
              if row < p.input.height + p.padding.bottom, pixel < p.input.width + p.padding.right {
                padded += 1
              }
              if (0..<p.input.height).contains(row), (0..<p.input.width).contains(pixel) {
                values.append(Double(x[(plane * p.input.height + row) * p.input.width + pixel]))
              }
            }
          }
          let sum = values.reduce(0, +)
          switch reduction {
          case .maximum: result.append(values.max() ?? -.infinity)
          case .average(let countingPadding):
            result.append(sum / Double(max(1, countingPadding ? padded : values.count)))
          }
        }
      }
    }
    return result
  }

  @Test func globalAverage() throws {
    var generator = Generator(seed: 3)
    for (channels, height, width, halo) in [(3, 7, 7, 0), (35, 5, 9, 1), (16, 1, 1, 0)] {
      let layout = BlockedLayout(batch: 2, channels: channels, height: height, width: width, halo: halo)
      let output = BlockedLayout(batch: 2, channels: channels, height: 1, width: 1)
      let x = generator.floats(2 * channels * height * width)
      let pixels = height * width
      let expected = (0..<2 * channels).map { plane in
        x[plane * pixels..<(plane + 1) * pixels].reduce(0.0) { $0 + Double($1) } / Double(pixels)
      }
      for instructionSet in availableInstructionSets {
        let kernel = BlockedGlobalAverage(input: layout, instructionSet: instructionSet)
        let y = try #require(result(kernel, [layout.blocked(x)], output))
        #expect(relativeError(y, expected) <= 1e-6)
      }
    }
  }

  @Test func elementwise() throws {
    var generator = Generator(seed: 4)
    let input = BlockedLayout(batch: 2, channels: 21, height: 4, width: 6, halo: 1)
    var output = input
    output.halo = 2
    var other = input
    other.halo = 0
    let count = 2 * 21 * 24
    let (x, y) = (generator.floats(count), generator.floats(count))
    let (scale, shift) = (generator.floats(21), generator.floats(21))
    let perImage = generator.floats(42)
    let vector = BlockedLayout(batch: 2, channels: 21, height: 1, width: 1)
    let cases: [(BlockedElementwise.Operation, Buffer?, (Int) -> Double)] = [
      (.copy, nil, { Double(x[$0]) }),
      (.add(other), other.blocked(y), { Double(x[$0]) + Double(y[$0]) }),
      (.multiply(other), other.blocked(y), { Double(x[$0]) * Double(y[$0]) }),
      (.scaleChannels, vector.blocked(perImage), { Double(x[$0]) * Double(perImage[$0 / 24]) }),
      (
        .affine(scale: scale, shift: shift), nil,
        { Double(x[$0]) * Double(scale[$0 / 24 % 21]) + Double(shift[$0 / 24 % 21]) }
      ),
    ]
    for (operation, operand, value) in cases {
      for activation in [FusedActivation.none, .clamp(-0.25, 0.5), .clamp(0.25, 1), .sigmoid, .hardSwish] {
        let expected = (0..<count).map { reference(activation, value($0)) }
        for instructionSet in availableInstructionSets {
          let kernel = try BlockedElementwise(
            operation, input: input, output: output, activation: activation, instructionSet: instructionSet)
          let inputs = [input.blocked(x)] + (operand.map { [$0] } ?? [])
          let actual = try #require(result(kernel, inputs, output, threads: 3))
          #expect(relativeError(actual, expected) <= 1e-6, "\(kernel.choice.kernel) \(activation)")
        }
      }
    }
  }

  @Test(arguments: [[16, 32], [3, 5, 30], [58, 58], [1, 16, 17, 15]])
  func concatenation(widths: [Int]) throws {
    var generator = Generator(seed: 5)
    let layouts = widths.map { BlockedLayout(batch: 2, channels: $0, height: 3, width: 5, halo: $0 % 3) }
    let tensors = layouts.map { generator.floats(2 * $0.channels * 15) }
    let output = BlockedLayout(batch: 2, channels: widths.reduce(0, +), height: 3, width: 5, halo: 1)
    var expected: [Float] = []
    for image in 0..<2 {
      for (tensor, width) in zip(tensors, widths) {
        expected += tensor[(image * width * 15)..<((image + 1) * width * 15)]
      }
    }
    let kernel = try BlockedChannels(layouts.map { BlockedChannels.Piece($0) }, output: output)
    let inputs = zip(layouts, tensors).map { $0.blocked($1) }
    #expect(result(kernel, inputs, output) == expected)
  }

  @Test func slice() throws {
    var generator = Generator(seed: 6)
    let input = BlockedLayout(batch: 2, channels: 50, height: 3, width: 4, halo: 1)
    let x = generator.floats(2 * 50 * 12)
    for channels in [0..<16, 16..<50, 7..<41, 49..<50] {
      let output = BlockedLayout(batch: 2, channels: channels.count, height: 3, width: 4)
      let kernel = try BlockedChannels([.init(input, channels: channels)], output: output)
      var expected: [Float] = []
      for image in 0..<2 {
        let first = image * 50 * 12
        expected += x[(first + channels.lowerBound * 12)..<(first + channels.upperBound * 12)]
      }
      #expect(result(kernel, [input.blocked(x)], output) == expected, "\(channels)")
    }
  }

  /// Kernels that write, and one that reads, a range of channels within a wider tensor.
  @Test func channelRanges() throws {
    var generator = Generator(seed: 8)
    let whole = BlockedLayout(batch: 2, channels: 64, height: 6, width: 7, halo: 1)
    let middle = BlockedLayout(batch: 2, channels: 32, height: 6, width: 7, halo: 1, storedBlocks: 4)
    let narrow = BlockedLayout(batch: 2, channels: 32, height: 6, width: 7)
    let (before, x) = (generator.floats(2 * 64 * 42), generator.floats(2 * 32 * 42))
    var expected = before
    for image in 0..<2 {
      for index in 0..<32 * 42 {
        expected[(image * 64 + 16) * 42 + index] = max(0, x[image * 32 * 42 + index])
      }
    }
    let window = try ConvolutionParameters(
      batch: 2, inputChannels: 32, outputChannels: 32, input: .init(6, 7), kernel: .init(1, 1))
    let kernels: [any PreparedKernel] = [
      try BlockedElementwise(.copy, input: narrow, output: middle, activation: .relu),
      try identity(window, form: .direct, from: narrow, to: middle),
      try identity(
        ConvolutionParameters(
          batch: 2, inputChannels: 32, outputChannels: 32, input: .init(6, 7), kernel: .init(3, 3),
          padding: .init(1)), form: .winograd(.two), from: narrow, to: middle),
    ]
    for kernel in kernels {
      let y = whole.blocked(before)
      run(kernel, inputs: [narrow.blocked(x)], output: Part(of: y, from: 1 * whole.planePitch), threads: 2)
      let actual = try #require(whole.planar(y))
      #expect(relativeError(actual, expected.map(Double.init)) <= 1e-6, "\(kernel.choice.kernel)")
      let pool = try BlockedPooling(window, reduction: .maximum, input: middle, output: narrow)
      #expect(
        result(pool, [Part(of: y, from: 1 * whole.planePitch)], narrow).map {
          relativeError($0, x.map { Double(max(0, $0)) }) <= 1e-6
        } == true)
    }
  }

  /// A convolution that only applies ReLU: the kernel's middle is the identity matrix.
  private func identity(
    _ parameters: ConvolutionParameters, form: ConvolutionArithmetic, from: BlockedLayout, to: BlockedLayout
  ) throws -> any PreparedKernel {
    let taps = parameters.kernel.height * parameters.kernel.width
    var weights = [Float](repeating: 0, count: 32 * 32 * taps)
    for channel in 0..<32 { weights[(channel * 32 + channel) * taps + taps / 2] = 1 }
    return try weights.withUnsafeBufferPointer { weights in
      try ConvolutionKernel.prepare(
        parameters, input: .blocked(from), output: to, weights: #require(weights.baseAddress), bias: nil,
        activation: .relu, arithmetic: form)
    }
  }
}
