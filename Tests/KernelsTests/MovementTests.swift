import Kernels
import Testing

/// Expected values are read off the definition of each operator, index by index.
@Suite struct MovementTests {
  /// Calls with every index of a shape, in row-major order.
  static func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { partial, extent in partial.flatMap { head in (0..<extent).map { head + [$0] } } }
  }

  static func position(_ index: [Int], in shape: [Int]) -> Int {
    zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func transpose(instructionSet: InstructionSet, threads: Int) {
    let cases: [([Int], [Int])] = [
      ([3, 5], [1, 0]), ([40, 33], [1, 0]), ([16, 16], [1, 0]), ([2, 17, 3, 20], [0, 2, 1, 3]),
      ([2, 17, 3, 20], [0, 2, 3, 1]), ([2, 19, 5], [0, 2, 1]), ([2, 3, 4, 5], [3, 2, 1, 0]), ([7], [0]),
      ([1, 64, 1, 50], [0, 3, 2, 1]), ([2, 3, 4], [0, 1, 2]), ([5, 3, 18], [1, 0, 2]), ([0, 4], [1, 0]),
    ]
    for (shape, permutation) in cases {
      let values = (0..<shape.reduce(1, *)).map { Float($0) }
      let resultShape = permutation.map { shape[$0] }
      let expected = Self.indices(of: resultShape).map { index -> Float in
        var source = index
        for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
        return values[Self.position(source, in: shape)]
      }
      let kernel = TransposeKernel(shape: shape, permutation: permutation, instructionSet: instructionSet)
      #expect(
        result(of: kernel, [values], count: values.count, threads: threads) == expected,
        "\(shape) \(permutation)")
    }
  }

  @Test(arguments: [1, 2, 8])
  func transposeOtherWidths(valueBytes: Int) {
    let (rows, columns) = (13, 37)
    let source = Buffer(count: rows * columns * 2)
    let bytes = UnsafeMutableRawPointer(source.start)
    for i in 0..<rows * columns * valueBytes {
      bytes.storeBytes(of: UInt8(truncatingIfNeeded: i * 7), toByteOffset: i, as: UInt8.self)
    }
    let output = Buffer(count: rows * columns * 2)
    let kernel = TransposeKernel(shape: [rows, columns], permutation: [1, 0], valueBytes: valueBytes)
    run(kernel, inputs: [source], output: output, threads: 2)
    let target = UnsafeRawPointer(output.start)
    for row in 0..<rows {
      for column in 0..<columns {
        for byte in 0..<valueBytes {
          let from = (row * columns + column) * valueBytes + byte
          let to = (column * rows + row) * valueBytes + byte
          #expect(target.load(fromByteOffset: to, as: UInt8.self) == UInt8(truncatingIfNeeded: from * 7))
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3])
  func copies(threads: Int) {
    let shape = [4, 5, 30]
    let values = (0..<600).map { Float($0) }
    // From [1, 4, 3] on in steps of [2, -2, 1].
    let slice = CopyKernel([
      CopyKernel.Box(
        extents: [2, 3, 20], source: .init(offset: 150 + 4 * 30 + 3, strides: [2 * 150, -2 * 30, 1]),
        target: .init(denseShape: [2, 3, 20]))
    ])
    let sliced = Self.indices(of: [2, 3, 20]).map {
      values[Self.position([1 + 2 * $0[0], 4 - 2 * $0[1], 3 + $0[2]], in: shape)]
    }
    #expect(result(of: slice, [values], count: 120, threads: threads) == sliced)

    let padding = CopyKernel.padding(
      shape, before: [1, -2, 3], after: [0, 1, 2], bits: UInt64(Float(9).bitPattern))
    let padded = Self.indices(of: [5, 4, 35]).map { index -> Float in
      let source = [index[0] - 1, index[1] + 2, index[2] - 3]
      let isInside = zip(source, shape).allSatisfy { $0 >= 0 && $0 < $1 }
      return isInside ? values[Self.position(source, in: shape)] : 9
    }
    #expect(result(of: padding, [values], count: 700, threads: threads) == padded)

    let joining = CopyKernel.concatenating([[4, 5, 30], [4, 2, 30], [4, 1, 30]], axis: 1)
    let other = (0..<240).map { Float(1000 + $0) }
    let third = (0..<120).map { Float(2000 + $0) }
    let joined = Self.indices(of: [4, 8, 30]).map { index -> Float in
      switch index[1] {
      case 0..<5: values[Self.position(index, in: shape)]
      case 5..<7: other[Self.position([index[0], index[1] - 5, index[2]], in: [4, 2, 30])]
      default: third[Self.position([index[0], 0, index[2]], in: [4, 1, 30])]
      }
    }
    #expect(result(of: joining, [values, other, third], count: 960, threads: threads) == joined)
  }

  @Test(arguments: [1, 2, 3])
  func gather(threads: Int) {
    let values = (0..<2 * 7 * 3).map { Float($0) }
    let wanted: [Int64] = [6, 0, -1, 3, 99]
    let indices = Buffer(count: 10)
    for (slot, index) in wanted.enumerated() {
      UnsafeMutableRawPointer(indices.start).storeBytes(of: index, toByteOffset: slot * 8, as: Int64.self)
    }
    let output = Buffer(count: 30)
    let kernel = GatherKernel(shape: [2, 7, 3], axis: 1, indices: wanted.count)
    run(kernel, inputs: [Buffer(values), indices], output: output, threads: threads)
    let expected = Self.indices(of: [2, 5, 3]).map { index -> Float in
      let row = [6, 0, 6, 3, -1][index[1]]
      return row < 0 ? 0 : values[(index[0] * 7 + row) * 3 + index[2]]
    }
    #expect(Array(UnsafeBufferPointer(start: output.start, count: 30)) == expected)
  }
}
