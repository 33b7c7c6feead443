import Kernels
import Testing

/// Against plain loops over integers, exactly, in every form, those with VNNI and AMX too.
@Suite struct QuantizedConvolutionTests {
  struct Case: CustomStringConvertible, Sendable {
    var batch = 1
    var channels: (Int, Int)
    var groups = 1
    var size: (Int, Int)
    var kernel = (1, 1)
    var stride = 1
    var dilation = 1
    var padding = 0
    /// Borders beyond what the window needs, of the input and of the output.
    var extraHalo = 0
    var outputHalo = 0

    var description: String {
      "\(batch)x\(channels.0)->\(channels.1) in \(groups) @\(size) \(kernel)/\(stride) dilated \(dilation) padded \(padding)"
    }

    func parameters() throws -> ConvolutionParameters {
      try ConvolutionParameters(
        batch: batch, inputChannels: channels.0, outputChannels: channels.1, groups: groups,
        input: .init(size.0, size.1), kernel: .init(kernel.0, kernel.1), stride: .init(stride, stride),
        dilation: .init(dilation, dilation), padding: .init(padding))
    }
  }

  static let cases = [
    Case(channels: (1, 1), size: (1, 1)),
    Case(channels: (64, 64), size: (3, 5)),
    Case(batch: 2, channels: (16, 33), size: (4, 4), outputHalo: 1),
    Case(channels: (24, 7), size: (6, 5), extraHalo: 1),
    Case(channels: (80, 48), size: (7, 7)),
    Case(channels: (32, 20), size: (9, 7), kernel: (3, 3), padding: 1),
    Case(batch: 2, channels: (64, 32), size: (8, 8), kernel: (3, 3), padding: 1, outputHalo: 1),
    Case(channels: (17, 16), size: (14, 13), kernel: (3, 3), padding: 1, extraHalo: 1),
    Case(channels: (48, 40), size: (9, 11), kernel: (3, 3), stride: 2, padding: 1),
    Case(batch: 3, channels: (20, 65), size: (6, 6), stride: 2),
    Case(channels: (3, 32), size: (15, 17), kernel: (7, 7), stride: 2, padding: 3),
    Case(channels: (3, 16), size: (9, 9), kernel: (3, 3), padding: 1),
    Case(channels: (6, 10), size: (7, 9), kernel: (2, 3), dilation: 2, padding: 2),
    Case(channels: (32, 64), groups: 8, size: (5, 6), kernel: (3, 3), padding: 1),
    Case(channels: (12, 24), groups: 3, size: (5, 5), kernel: (3, 3), stride: 2, padding: 1),
    Case(batch: 37, channels: (70, 50), size: (1, 1)),
    Case(channels: (4, 200), size: (1, 33), kernel: (1, 5), padding: 0),
  ]

  static let depthwise = [
    Case(channels: (5, 5), groups: 5, size: (4, 6), kernel: (3, 3), padding: 1),
    Case(batch: 2, channels: (32, 32), groups: 32, size: (7, 9), kernel: (3, 3), padding: 1, outputHalo: 1),
    Case(channels: (48, 48), groups: 48, size: (9, 8), kernel: (3, 3), stride: 2, padding: 1),
    Case(channels: (65, 65), groups: 65, size: (6, 5), kernel: (3, 3), padding: 1, extraHalo: 1),
    Case(channels: (144, 144), groups: 144, size: (5, 20), kernel: (3, 3), padding: 1),
    Case(channels: (20, 20), groups: 20, size: (8, 8), kernel: (5, 5), padding: 2),
    Case(channels: (64, 64), groups: 64, size: (9, 9), kernel: (3, 3), dilation: 2, padding: 2),
  ]

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func dense(instructionSet: InstructionSet, threads: Int) throws {
    for (index, item) in Self.cases.enumerated() {
      for withSum in [false, true] {
        try check(item, seed: UInt64(index), withSum: withSum, instructionSet, threads: threads)
      }
    }
  }

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func depthwise(instructionSet: InstructionSet, threads: Int) throws {
    for (index, item) in Self.depthwise.enumerated() {
      try check(item, seed: UInt64(100 + index), withSum: false, instructionSet, threads: threads)
    }
  }

  private func check(
    _ item: Case, seed: UInt64, withSum: Bool, _ instructionSet: InstructionSet, threads: Int
  ) throws {
    var random = Generator(seed: seed)
    let parameters = try item.parameters()
    let inputZero = random.below(256)
    let input = ByteImageLayout(
      batch: item.batch, channels: item.channels.0, height: item.size.0, width: item.size.1,
      halo: parameters.halo + item.extraHalo, border: UInt8(inputZero))
    let output = ByteImageLayout(
      batch: item.batch, channels: item.channels.1, height: parameters.output.height,
      width: parameters.output.width, halo: item.outputHalo, border: item.outputHalo > 0 ? 19 : 0)
    let values = (0..<input.batch * input.channels * input.height * input.width).map { _ in
      UInt8(random.below(256))
    }
    let filter =
      parameters.inputChannels / parameters.groups * parameters.kernel.height * parameters.kernel.width
    let weights = (0..<filter * output.channels).map { _ in Int8(random.below(256) - 128) }
    let other = (0..<output.batch * output.channels * output.height * output.width).map { _ in
      UInt8(random.below(256))
    }
    var rounding = ByteRounding(
      bias: (0..<output.channels).map { _ in Int32(random.below(20001) - 10000) },
      scale: (0..<output.channels).map { Float(1 + $0 % 5) / Float(400 * filter) }, zero: random.below(256),
      low: 3, high: 240)
    if withSum {
      rounding.sum = ByteSum(
        firstScale: 0.75, secondScale: 0.4375, firstZero: 100, secondZero: 30, zero: 90, low: 5, high: 250,
        resultIsFirst: item.size.0 % 2 == 0)
    }
    let kernel = try weights.withUnsafeBufferPointer { weights -> any PreparedKernel in
      if parameters.isDepthwise {
        return try QuantizedDepthwise(
          parameters, input: input, output: output, weights: weights, inputZero: inputZero,
          rounding: rounding, instructionSet: instructionSet)
      }
      return try QuantizedConvolution(
        parameters, input: input, output: output, weights: weights, inputZero: inputZero,
        rounding: rounding, instructionSet: instructionSet)
    }
    let target = output.output
    run(kernel, inputs: [input.image(values), output.image(other)], output: target, threads: threads)
    let found = try #require(output.planar(target), "\(item): border or end")
    let sums = reference(parameters, values, input, weights, inputZero: inputZero)
    var wrong = 0
    for (index, sum) in sums.enumerated() {
      let channel = index / (output.height * output.width) % output.channels
      let real = Float(sum &+ rounding.bias[channel]) * rounding.scale[channel]
      var expected = roundedByte(real, zero: rounding.zero, low: rounding.low, high: rounding.high)
      if let sum = rounding.sum {
        // These scales are short enough for every product and sum to be exact.
        let operands = sum.resultIsFirst ? (expected, Int(other[index])) : (Int(other[index]), expected)
        let total =
          Float(operands.0 - sum.firstZero) * sum.firstScale
          + Float(operands.1 - sum.secondZero) * sum.secondScale
        expected = roundedByte(total, zero: 0, low: -1000, high: 1000)
        expected = roundedByte(total + Float(sum.zero), zero: 0, low: sum.low, high: sum.high)
      }
      if Int(found[index]) != expected { wrong += 1 }
    }
    #expect(wrong == 0, "\(item), sum \(withSum): \(wrong) of \(sums.count)")
  }

  /// The sums over each window, padding standing for 0.
  private func reference(
    _ parameters: ConvolutionParameters, _ values: [UInt8], _ input: ByteImageLayout, _ weights: [Int8],
    inputZero: Int
  ) -> [Int32] {
    let depth = parameters.inputChannels / parameters.groups
    let filters = parameters.outputChannels / parameters.groups
    var sums: [Int32] = []
    for n in 0..<parameters.batch {
      for o in 0..<parameters.outputChannels {
        for y in 0..<parameters.output.height {
          for x in 0..<parameters.output.width {
            var sum = 0
            for c in 0..<depth {
              for v in 0..<parameters.kernel.height {
                for u in 0..<parameters.kernel.width {
                  let (row, column) = (
                    y * parameters.stride.height - parameters.padding.top + v * parameters.dilation.height,
                    x * parameters.stride.width - parameters.padding.left + u * parameters.dilation.width
                  )
                  guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
                  let value = values[input.planarIndex(n, o / filters * depth + c, row, column)]
                  let weight = weights[
                    ((o * depth + c) * parameters.kernel.height + v) * parameters.kernel.width + u]
                  sum += (Int(value) - inputZero) * Int(weight)
                }
              }
            }
            sums.append(Int32(truncatingIfNeeded: sum))
          }
        }
      }
    }
    return sums
  }
}
