import Kernels
import Testing

/// Pooling, sums, tables and conversions of 8-bit numbers against plain loops, exactly.
@Suite struct QuantizedPixelTests {
  private func numbers(_ layout: ByteImageLayout, _ random: inout Generator) -> [UInt8] {
    (0..<layout.batch * layout.channels * layout.height * layout.width).map { _ in UInt8(random.below(256)) }
  }

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func pooling(instructionSet: InstructionSet, threads: Int) throws {
    var random = Generator(seed: 3)
    for (channels, size, kernel, stride, padding) in [
      (3, 9, 3, 2, 1), (16, 7, 2, 2, 0), (40, 5, 3, 1, 1), (300, 4, 4, 1, 0),
    ] {
      let parameters = try ConvolutionParameters(
        batch: 2, inputChannels: channels, outputChannels: channels, input: .init(size, size),
        kernel: .init(kernel, kernel), stride: .init(stride, stride), padding: .init(padding))
      let input = ByteImageLayout(
        batch: 2, channels: channels, height: size, width: size, halo: 1, border: 200)
      let output = ByteImageLayout(
        batch: 2, channels: channels, height: parameters.output.height, width: parameters.output.width,
        halo: 1, border: 9)
      let values = numbers(input, &random)
      for reduction in [
        QuantizedPooling.Reduction.maximum,
        .average(countingPadding: false, inputZero: 100, outputZero: 30, scale: 0.75),
        .average(countingPadding: true, inputZero: 3, outputZero: 0, scale: 1.5),
      ] {
        let kernel = try QuantizedPooling(
          parameters, reduction: reduction, input: input, output: output, instructionSet: instructionSet)
        let target = output.output
        run(kernel, inputs: [input.image(values)], output: target, threads: threads)
        let found = try #require(output.planar(target))
        for n in 0..<2 {
          for c in 0..<channels {
            for y in 0..<output.height {
              for x in 0..<output.width {
                let expected = window(parameters, reduction, values, input, n, c, y, x)
                #expect(Int(found[output.planarIndex(n, c, y, x)]) == expected)
              }
            }
          }
        }
      }
    }
  }

  private func window(
    _ parameters: ConvolutionParameters, _ reduction: QuantizedPooling.Reduction, _ values: [UInt8],
    _ input: ByteImageLayout, _ n: Int, _ c: Int, _ y: Int, _ x: Int
  ) -> Int {
    var inside: [Int] = []
    for v in 0..<parameters.kernel.height {
      for u in 0..<parameters.kernel.width {
        let row = y * parameters.stride.height - parameters.padding.top + v
        let column = x * parameters.stride.width - parameters.padding.left + u
        guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
        inside.append(Int(values[input.planarIndex(n, c, row, column)]))
      }
    }
    guard case .average(let countsPadding, let inputZero, let outputZero, let scale) = reduction else {
      return inside.max() ?? 0
    }
    let count = countsPadding ? parameters.kernel.height * parameters.kernel.width : inside.count
    let sum = inside.reduce(0, +) - inputZero * inside.count
    return roundedByte(Float(sum) * (scale / Float(count)), zero: outputZero)
  }

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func sumsAndProducts(instructionSet: InstructionSet, threads: Int) throws {
    var random = Generator(seed: 4)
    for channels in [3, 7, 16, 37] {
      let first = ByteImageLayout(batch: 2, channels: channels, height: 3, width: 5)
      let second = ByteImageLayout(batch: 2, channels: channels, height: 3, width: 5, halo: 2, border: 1)
      let output = ByteImageLayout(batch: 2, channels: channels, height: 3, width: 5, halo: 1, border: 8)
      let (a, b) = (numbers(first, &random), numbers(second, &random))
      let sum = ByteSum(
        firstScale: 0.625, secondScale: 0.75, firstZero: 17, secondZero: 130, zero: 60, low: 2, high: 251)
      let product = QuantizedPair.ByteProduct(
        scale: 0.015625, firstZero: 100, secondZero: 90, zero: 128, low: 0, high: 250)
      for (function, expected) in [
        (
          QuantizedPair.Function.sum(sum),
          { (x: Int, y: Int) -> Int in
            roundedByte(
              Float(x - 17) * 0.625 + Float(y - 130) * 0.75 + 60, zero: 0, low: 2, high: 251)
          }
        ),
        (
          .product(product),
          { (x: Int, y: Int) -> Int in
            roundedByte(Float((x - 100) * (y - 90)) * 0.015625, zero: 128, low: 0, high: 250)
          }
        ),
      ] {
        let kernel = try QuantizedPair(
          function, first, second, output: output, instructionSet: instructionSet)
        let target = output.output
        run(kernel, inputs: [first.image(a), second.image(b)], output: target, threads: threads)
        let found = try #require(output.planar(target))
        #expect(found.indices.allSatisfy { Int(found[$0]) == expected(Int(a[$0]), Int(b[$0])) })
      }
    }
  }

  @Test(arguments: 1...3) func channelsBehindEachOther(threads: Int) throws {
    var random = Generator(seed: 5)
    let first = ByteImageLayout(batch: 2, channels: 5, height: 3, width: 4)
    let second = ByteImageLayout(batch: 2, channels: 18, height: 3, width: 4, halo: 1)
    let output = ByteImageLayout(batch: 2, channels: 23, height: 3, width: 4, halo: 1, border: 7)
    let (a, b) = (numbers(first, &random), numbers(second, &random))
    let table = (0..<256).map { UInt8(($0 * 7 + 3) % 256) }
    let kernel = try QuantizedChannels(
      [first, second], tables: [nil, table], output: output, name: "concatenation")
    let target = output.output
    run(kernel, inputs: [first.image(a), second.image(b)], output: target, threads: threads)
    let found = try #require(output.planar(target))
    for n in 0..<2 {
      for c in 0..<23 {
        for pixel in 0..<12 {
          let expected = c < 5 ? a[(n * 5 + c) * 12 + pixel] : table[Int(b[(n * 18 + c - 5) * 12 + pixel])]
          #expect(found[(n * 23 + c) * 12 + pixel] == expected)
        }
      }
    }
  }

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func conversions(instructionSet: InstructionSet, threads: Int) throws {
    var random = Generator(seed: 6)
    for (channels, height, width) in [(1, 1, 1), (3, 5, 300), (8, 3, 9), (21, 2, 17), (50, 1, 1)] {
      let layout = ByteImageLayout(
        batch: 2, channels: channels, height: height, width: width, halo: 1, border: 55)
      let floats = random.floats(2 * channels * height * width).map { $0 * 4 }
      func conversion(_ direction: QuantizedConversion.Direction) -> QuantizedConversion {
        QuantizedConversion(direction, layout: layout, instructionSet: instructionSet)
      }
      let image = layout.output
      run(
        conversion(.quantize(scale: 0.03, zero: 120, low: 4, high: 250)), inputs: [Buffer(floats)],
        output: image, threads: threads)
      let found = try #require(layout.planar(image))
      let expected = floats.map { roundedByte($0 / 0.03, zero: 120, low: 4, high: 250) }
      #expect(found.map { Int($0) } == expected)

      let back = Buffer(count: floats.count)
      run(conversion(.dequantize(scale: 0.03, zero: 120)), inputs: [image], output: back, threads: threads)
      #expect(found.indices.allSatisfy { back.start[$0] == Float(Int(found[$0]) - 120) * 0.03 })

      let bytes = Buffer(count: (floats.count + 3) / 4)
      run(conversion(.toBytes(isSigned: true)), inputs: [image], output: bytes, threads: threads)
      let plain = UnsafeRawPointer(bytes.start).assumingMemoryBound(to: UInt8.self)
      #expect(found.indices.allSatisfy { plain[$0] == found[$0] ^ 128 })
      let again = layout.output
      run(conversion(.fromBytes(isSigned: true)), inputs: [bytes], output: again, threads: threads)
      #expect(layout.planar(again) == found)
    }
  }
}
