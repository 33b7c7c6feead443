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
    let slice = CopyKernel.slicing(shape, starts: [1, 4, 3], steps: [2, -2, 1], extents: [2, 3, 20])
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

    let expanding = CopyKernel.expanding([5, 1], to: [2, 5, 3])
    let expanded = Self.indices(of: [2, 5, 3]).map { values[$0[1]] }
    #expect(result(of: expanding, [Array(values.prefix(5))], count: 30, threads: threads) == expanded)
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

  /// Values that onnxruntime 1.31 gives for `Resize` of the same tensor.
  @Test func resize() {
    let values: [Float] = [1, 2, 3, 4]
    func apply(
      _ mode: ResizeKernel.Mode, _ coordinates: ResizeKernel.Coordinates, width: Int, scale: Float
    ) -> [Float] {
      let kernel = ResizeKernel(
        planes: 1, source: (1, 4), result: (1, width), scales: (1, scale), mode: mode,
        coordinates: coordinates)
      return result(of: kernel, [values], count: width, threads: 2)
    }
    #expect(apply(.linear, .halfPixel, width: 8, scale: 2) == [1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4])
    #expect(apply(.linear, .asymmetric, width: 8, scale: 2) == [1, 1.5, 2, 2.5, 3, 3.5, 4, 4])
    #expect(apply(.linear, .alignCorners, width: 7, scale: 1.75) == [1, 1.5, 2, 2.5, 3, 3.5, 4])
    #expect(apply(.nearest(.floor), .asymmetric, width: 8, scale: 2) == [1, 1, 2, 2, 3, 3, 4, 4])
    #expect(apply(.nearest(.roundPreferFloor), .halfPixel, width: 2, scale: 0.5) == [1, 3])
    #expect(apply(.nearest(.roundPreferCeil), .halfPixel, width: 2, scale: 0.5) == [2, 4])
  }

  @Test func pooling() {
    let values = (0..<2 * 4 * 5).map { Float(($0 * 7) % 11) }
    for (reduction, dilation) in [
      (PlanarPoolKernel.Reduction.maximum, 1), (.maximum, 2), (.average(countsPadding: true), 1),
      (.average(countsPadding: false), 1),
    ] {
      let (height, width) = ((4 + 2 - 2 * dilation - 1) / 2 + 1, (5 + 1 - dilation - 1) + 1)
      let kernel = PlanarPoolKernel(
        reduction, planes: 2, input: [4, 5], output: [height, width], window: [3, 2], stride: [2, 1],
        dilation: [dilation, dilation], padBefore: [1, 0], padAfter: [1, 1])
      let expected = Self.indices(of: [2, height, width]).map { index -> Double in
        var taps: [Double] = []
        for i in 0..<3 {
          for j in 0..<2 {
            let (y, x) = (index[1] * 2 - 1 + i * dilation, index[2] + j * dilation)
            if y >= 0, y < 4, x < 5 { taps.append(Double(values[(index[0] * 4 + y) * 5 + x])) }
          }
        }
        switch reduction {
        case .maximum: return taps.max() ?? -.infinity
        case .average(let countsPadding): return taps.reduce(0, +) / (countsPadding ? 6 : Double(taps.count))
        }
      }
      let actual = result(of: kernel, [values], count: 2 * height * width, threads: 3)
      #expect(relativeError(actual, expected) < 1e-7)
    }
  }
}
