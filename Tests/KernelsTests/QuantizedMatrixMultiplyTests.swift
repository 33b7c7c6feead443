import Kernels
import Testing

/// Against the sums of integers, exactly, in every form, the one with VNNI too.
@Suite struct QuantizedMatrixMultiplyTests {
  static let instructionSets = InstructionSet.allCases.filter { $0.isAvailable }

  @Test(arguments: instructionSets, [1, 2, 3])
  func exact(instructionSet: InstructionSet, threads: Int) throws {
    var random = Generator(seed: 12)
    for (rows, columns, depth) in [
      (1, 1, 1), (1, 33, 257), (5, 31, 4), (6, 32, 3), (13, 64, 66), (15, 17, 129), (28, 40, 5), (230, 9, 30),
      (400, 35, 8),
    ] {
      for variant in 0..<8 {
        let (isLeftSigned, areWeightsSigned, isTransposed) = (
          variant & 1 == 1, variant & 2 == 2, variant & 4 == 4
        )
        let left = (0..<rows * depth).map { _ in UInt8(random.below(256)) }
        let weights = (0..<columns * depth).map { _ in UInt8(random.below(256)) }
        let leftZero = isLeftSigned ? random.below(256) - 128 : random.below(256)
        let zeros = (0..<columns).map { _ in
          variant < 4 ? 0 : areWeightsSigned ? random.below(256) - 128 : random.below(256)
        }
        func value(_ byte: UInt8, _ isSigned: Bool) -> Int {
          isSigned ? Int(Int8(bitPattern: byte)) : Int(byte)
        }
        var sums: [Int] = []
        for row in 0..<rows {
          for column in 0..<columns {
            sums.append(
              (0..<depth).reduce(0) { sum, step in
                let weight = weights[isTransposed ? column * depth + step : step * columns + column]
                return sum + (value(left[row * depth + step], isLeftSigned) - leftZero)
                  * (value(weight, areWeightsSigned) - zeros[column])
              })
          }
        }
        var problem = QuantizedMatrixMultiplication(
          rows: rows, columns: columns, depth: depth, isLeftSigned: isLeftSigned, leftZero: leftZero,
          weights: weights,
          areWeightsSigned: areWeightsSigned, isTransposed: isTransposed,
          weightZeros: variant < 4 ? [] : zeros,
          output: .int32)
        let input = Buffer(count: (left.count + 3) / 4)
        UnsafeMutableRawPointer(input.start).copyMemory(from: left, byteCount: left.count)
        let output = Buffer(count: sums.count)
        let kernel = try QuantizedMatrixMultiplyKernel(problem, instructionSet: instructionSet)
        run(kernel, inputs: [input], output: output, threads: threads)
        let integers = UnsafeRawPointer(output.start).assumingMemoryBound(to: Int32.self)
        #expect(
          (0..<sums.count).allSatisfy { Int(integers[$0]) == sums[$0] },
          "\(rows)x\(columns)x\(depth) \(variant)")
        #expect(output.isIntact)

        problem.scale = (0..<columns).map { 0.5 / Float(depth) / Float(20 + $0) }
        problem.bias = (0..<columns).map { Float($0 % 7) - 3 }
        problem.output = .byte(isSigned: isLeftSigned, zeroPoint: isLeftSigned ? -3 : 100)
        let bytes = Buffer(count: (sums.count + 3) / 4)
        let rounding = try QuantizedMatrixMultiplyKernel(problem, instructionSet: instructionSet)
        run(rounding, inputs: [input], output: bytes, threads: threads)
        let found = UnsafeRawPointer(bytes.start)
        let isRounded = sums.indices.allSatisfy { index in
          let real = Float(sums[index]) * problem.scale[index % columns] + problem.bias[index % columns]
          let rounded = real.rounded(.toNearestOrEven) + (isLeftSigned ? -3 : 100)
          let expected = isLeftSigned ? min(max(rounded, -128), 127) : min(max(rounded, 0), 255)
          let actual = value(found.load(fromByteOffset: index, as: UInt8.self), isLeftSigned)
          // A fused multiply-add may round a half to the other side.
          let isHalf = abs(abs(real - real.rounded(.down)) - 0.5) < 1e-4
          return Float(actual) == expected || isHalf && abs(Float(actual) - expected) <= 1
        }
        #expect(isRounded)
      }
    }
  }

  @Test func refusesWhatDoesNotFit() {
    let problem = QuantizedMatrixMultiplication(
      rows: 1, columns: 2, depth: 2, isLeftSigned: false, leftZero: 300, weights: [1, 2, 3, 4],
      areWeightsSigned: true,
      output: .int32)
    #expect(throws: MatrixMultiplyError.zeroPointOutsideByte) { try QuantizedMatrixMultiplyKernel(problem) }
  }
}
