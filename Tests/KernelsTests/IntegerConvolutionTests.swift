import Kernels
import Testing

/// Convolutions with 32-bit sums against plain loops over integers, exactly, in every form.
@Suite struct IntegerConvolutionTests {
  private typealias Case = QuantizedConvolutionTests.Case

  private static let grouped = [
    Case(channels: (5, 5), groups: 5, size: (4, 6), kernel: (3, 3), padding: 1),
    Case(batch: 2, channels: (32, 32), groups: 32, size: (7, 33), kernel: (3, 3), stride: 2, padding: 1),
    Case(channels: (6, 6), groups: 6, size: (19, 40), kernel: (5, 5), stride: 3, padding: 2),
    Case(channels: (8, 8), groups: 8, size: (9, 9), kernel: (3, 3), dilation: 2, padding: 2),
    Case(batch: 2, channels: (12, 24), groups: 3, size: (5, 17), kernel: (3, 2), padding: 1),
  ]

  /// What of the operands may be stored how; weights whose zero points leave no signed bytes among them.
  private struct Storage: CustomStringConvertible, Sendable {
    var isInputSigned: Bool
    var areWeightsSigned: Bool
    var weightZeros: @Sendable (_ channel: Int) -> Int
    var hasZeros: Bool
    var description: String { "\(isInputSigned) \(areWeightsSigned) \(hasZeros) \(weightZeros(1))" }
  }

  private static let storages = [
    Storage(isInputSigned: false, areWeightsSigned: true, weightZeros: { _ in 0 }, hasZeros: true),
    Storage(isInputSigned: false, areWeightsSigned: false, weightZeros: { _ in 128 }, hasZeros: true),
    Storage(isInputSigned: true, areWeightsSigned: false, weightZeros: { _ in 117 }, hasZeros: true),
    Storage(isInputSigned: true, areWeightsSigned: true, weightZeros: { $0 % 7 - 3 }, hasZeros: true),
    Storage(isInputSigned: false, areWeightsSigned: false, weightZeros: { 100 + $0 % 50 }, hasZeros: false),
  ]

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func oneGroup(instructionSet: InstructionSet, threads: Int) throws {
    for (index, item) in QuantizedConvolutionTests.cases.enumerated() where item.groups == 1 {
      for storage in Self.storages {
        try check(item, storage, seed: UInt64(index), threads: threads) {
          try IntegerConvolution($0, $1, instructionSet: instructionSet)
        }
      }
    }
  }

  @Test(arguments: QuantizedMatrixMultiplyTests.instructionSets, 1...3)
  func groups(instructionSet: InstructionSet, threads: Int) throws {
    for (index, item) in Self.grouped.enumerated() {
      for storage in Self.storages {
        try check(item, storage, seed: UInt64(index), threads: threads) {
          try GroupedIntegerConvolution($0, $1, instructionSet: instructionSet)
        }
      }
    }
  }

  private func check(
    _ item: Case, _ storage: Storage, seed: UInt64, threads: Int,
    _ make: (ConvolutionParameters, IntegerConvolutionOperands) throws -> any PreparedKernel
  ) throws {
    var random = Generator(seed: seed)
    let parameters = try item.parameters()
    let (channels, filters) = (parameters.inputChannels, parameters.outputChannels)
    let depth = channels / parameters.groups * parameters.kernel.height * parameters.kernel.width
    let zeroByte = UInt8(random.below(256))
    let values = bytes(item.batch * channels * item.size.0 * item.size.1, &random)
    let weights = bytes(filters * depth, &random)
    let zeros = (0..<filters).map(storage.weightZeros)
    let kernel = try make(
      parameters,
      IntegerConvolutionOperands(
        weights: weights, areWeightsSigned: storage.areWeightsSigned,
        weightZeros: Set(zeros).count == 1 ? [zeros[0]] : zeros, isInputSigned: storage.isInputSigned,
        hasInputZero: storage.hasZeros))
    func number(_ byte: UInt8, isSigned: Bool) -> Int { isSigned ? Int(Int8(bitPattern: byte)) : Int(byte) }
    let inputZero = storage.hasZeros ? number(zeroByte, isSigned: storage.isInputSigned) : 0
    let image = values.map { number($0, isSigned: storage.isInputSigned) - inputZero }
    let filter = weights.enumerated().map { index, weight in
      number(weight, isSigned: storage.areWeightsSigned) - zeros[index / depth]
    }
    let expected = sums(parameters, image, filter)
    let output = Buffer(count: expected.count)
    run(
      kernel, inputs: [buffer(values), buffer([zeroByte])].dropLast(storage.hasZeros ? 0 : 1),
      output: output, threads: threads)
    let found = (0..<expected.count).map { Int(Int32(bitPattern: output.start[$0].bitPattern)) }
    #expect(found == expected, "\(item), \(storage)")
    #expect(output.isIntact)
  }

  private func bytes(_ count: Int, _ random: inout Generator) -> [UInt8] {
    (0..<count).map { _ in UInt8(random.below(256)) }
  }

  private func buffer(_ bytes: [UInt8]) -> Buffer {
    let buffer = Buffer(count: (bytes.count + 3) / 4)
    UnsafeMutableRawPointer(buffer.start).copyMemory(from: bytes, byteCount: bytes.count)
    return buffer
  }

  /// The sums over each window, padding standing for 0.
  private func sums(_ parameters: ConvolutionParameters, _ image: [Int], _ weights: [Int]) -> [Int] {
    let depth = parameters.inputChannels / parameters.groups
    let filters = parameters.outputChannels / parameters.groups
    let (kernel, input) = (parameters.kernel, parameters.input)
    var sums: [Int] = []
    for n in 0..<parameters.batch {
      for o in 0..<parameters.outputChannels {
        for y in 0..<parameters.output.height {
          for x in 0..<parameters.output.width {
            var sum = 0
            for index in 0..<depth * kernel.height * kernel.width {
              let (c, tap) = index.quotientAndRemainder(dividingBy: kernel.height * kernel.width)
              let row =
                y * parameters.stride.height - parameters.padding.top
                + tap / kernel.width * parameters.dilation.height
              let column =
                x * parameters.stride.width - parameters.padding.left
                + tap % kernel.width * parameters.dilation.width
              guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
              let plane = n * parameters.inputChannels + o / filters * depth + c
              sum +=
                image[(plane * input.height + row) * input.width + column]
                * weights[o * depth * kernel.height * kernel.width + index]
            }
            sums.append(sum)
          }
        }
      }
    }
    return sums
  }
}
