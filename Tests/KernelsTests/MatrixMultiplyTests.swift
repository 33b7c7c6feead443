import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Against the definition in double precision.
@Suite struct MatrixMultiplyTests {
  /// Sizes around the edges of every form's tile (6 and 14 rows; 8, 16 and 32 columns) and of a slice (256 deep).
  static let sizes: [(Int, Int, Int)] = [
    (1, 1, 1), (1, 33, 257), (2, 16, 255), (3, 31, 5), (4, 8, 64), (5, 15, 17), (6, 32, 256), (7, 17, 511),
    (13, 64, 3), (14, 7, 8), (15, 65, 300), (27, 48, 40), (29, 9, 770), (197, 70, 33), (8, 1000, 12),
    (961, 5, 20), (14, 32, 0), (0, 3, 4), (1, 64, 1024), (400, 40, 258),
  ]

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func dense(instructionSet: InstructionSet, threads: Int) throws {
    var random = Generator(seed: 7)
    for (rows, columns, depth) in Self.sizes {
      for variant in 0..<8 where variant < 2 || rows * columns < 4000 {
        let transposesLeft = variant & 1 == 1
        let transposesRight = variant & 2 == 2
        let isConstant = variant & 4 == 0
        let left = random.floats(rows * depth)
        let right = random.floats(depth * columns)
        let bias = random.floats(columns)
        let addend = random.floats(rows * columns)
        var problem = MatrixMultiplication.dense(
          rows: rows, columns: columns, depth: depth, constant: isConstant ? right : nil,
          transposesLeft: transposesLeft, transposesRight: transposesRight)
        problem.alpha = variant == 3 ? 0.5 : 1
        if variant != 1 { problem.bias = bias }
        let inputs =
          isConstant ? [Buffer(left), Buffer(addend)] : [Buffer(left), Buffer(right), Buffer(addend)]
        if variant >= 2 { problem.residual = MatrixOperand(buffer: inputs.count - 1, rowStride: columns) }
        problem.activation = [.identity, .relu, .clamp(low: -0.5, high: 1), .gelu][variant % 4]
        let kernel = try MatrixMultiplyKernel(problem, instructionSet: instructionSet)
        let output = Buffer(count: rows * columns)
        run(kernel, inputs: inputs, output: output, threads: threads)

        var expected: [Double] = []
        for row in 0..<rows {
          for column in 0..<columns {
            var sum = 0.0
            for step in 0..<depth {
              let a = left[transposesLeft ? step * rows + row : row * depth + step]
              let b = right[transposesRight ? column * depth + step : step * columns + column]
              sum += Double(a) * Double(b)
            }
            sum *= variant == 3 ? 0.5 : 1
            if variant != 1 { sum += Double(bias[column]) }
            if variant >= 2 { sum += Double(addend[row * columns + column]) }
            expected.append(
              [sum, max(sum, 0), min(max(sum, -0.5), 1), 0.5 * sum * erfc(-sum / 2.0.squareRoot())][
                variant % 4])
          }
        }
        let actual = Array(UnsafeBufferPointer(start: output.start, count: rows * columns))
        #expect(relativeError(actual, expected) < 1e-6, "\(rows)x\(columns)x\(depth) variant \(variant)")
        #expect(output.isIntact)
      }
    }
  }

  /// Attention's products: heads are strided views, and the transposition lies in the strides.
  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func batchOfViews(instructionSet: InstructionSet, threads: Int) throws {
    let (images, heads, tokens, width) = (2, 3, 37, 20)
    var random = Generator(seed: 9)
    let queries = random.floats(images * tokens * heads * width)
    let keys = random.floats(images * tokens * heads * width)
    let pitch = heads * width
    let view = [tokens * pitch, width]
    let problem = MatrixMultiplication(
      batch: [images, heads], rows: tokens, columns: tokens, depth: width,
      left: MatrixOperand(buffer: 0, batchStrides: view, rowStride: pitch),
      right: .operand(MatrixOperand(buffer: 1, batchStrides: view, rowStride: 1, columnStride: pitch)),
      result: MatrixOperand(
        buffer: 0, batchStrides: [heads * tokens * tokens, tokens * tokens], rowStride: tokens),
      alpha: 0.25)
    let kernel = try MatrixMultiplyKernel(problem, instructionSet: instructionSet)
    let output = Buffer(count: images * heads * tokens * tokens)
    run(kernel, inputs: [Buffer(queries), Buffer(keys)], output: output, threads: threads)
    var expected: [Double] = []
    for image in 0..<images {
      for head in 0..<heads {
        for query in 0..<tokens {
          for key in 0..<tokens {
            var sum = 0.0
            for i in 0..<width {
              sum +=
                Double(queries[(image * tokens + query) * pitch + head * width + i])
                * Double(keys[(image * tokens + key) * pitch + head * width + i])
            }
            expected.append(sum / 4)
          }
        }
      }
    }
    #expect(
      relativeError(Array(UnsafeBufferPointer(start: output.start, count: output.count)), expected) < 1e-6)
    #expect(output.isIntact)
  }

  /// Weights without a batch let batch and rows be one matrix; weights with one are packed for each index.
  @Test(arguments: [[Int](), [1, 1], [1, 3], [2, 3]])
  func constantBatches(weightBatch: [Int]) throws {
    let (rows, columns, depth) = (5, 40, 30)
    var random = Generator(seed: 3)
    let left = random.floats(6 * rows * depth)
    let right = random.floats(weightBatch.reduce(1, *) * depth * columns)
    let problem = MatrixMultiplication(
      batch: [2, 3], rows: rows, columns: columns, depth: depth,
      left: MatrixOperand(buffer: 0, batchStrides: [3 * rows * depth, rows * depth], rowStride: depth),
      right: .constant(right, batch: weightBatch),
      result: MatrixOperand(
        buffer: 0, batchStrides: [3 * rows * columns, rows * columns], rowStride: columns))
    let kernel = try MatrixMultiplyKernel(problem)
    let output = Buffer(count: 6 * rows * columns)
    run(kernel, inputs: [Buffer(left)], output: output, threads: 2)
    var expected: [Double] = []
    for index in 0..<6 {
      let weight = weightBatch == [2, 3] ? index : weightBatch == [1, 3] ? index % 3 : 0
      for row in 0..<rows {
        for column in 0..<columns {
          expected.append(
            (0..<depth).reduce(0.0) {
              $0 + Double(left[(index * rows + row) * depth + $1])
                * Double(right[(weight * depth + $1) * columns + column])
            })
        }
      }
    }
    #expect(
      relativeError(Array(UnsafeBufferPointer(start: output.start, count: output.count)), expected) < 1e-6)
  }

  /// The rows of a transposed view lie further apart than its batch: rows and batch exchange their places, and the
  /// result and the residual keep theirs.
  @Test(arguments: [1, 2])
  func transposedBatch(threads: Int) throws {
    let (batch, rows, columns, depth) = (37, 3, 40, 30)
    var random = Generator(seed: 5)
    let left = random.floats(rows * batch * depth)
    let right = random.floats(depth * columns)
    let residual = random.floats(batch * rows * columns)
    let place = MatrixOperand(buffer: 0, batchStrides: [rows * columns], rowStride: columns)
    var problem = MatrixMultiplication(
      batch: [batch], rows: rows, columns: columns, depth: depth,
      left: MatrixOperand(buffer: 0, batchStrides: [depth], rowStride: batch * depth),
      right: .constant(right), result: place)
    problem.residual = place
    problem.residual?.buffer = 1
    let turned = problem.takingLongestSharedDimensionAsRows()
    #expect(turned.rows == batch && turned.batch == [rows])
    let output = Buffer(count: batch * rows * columns)
    run(
      try MatrixMultiplyKernel(problem), inputs: [Buffer(left), Buffer(residual)], output: output,
      threads: threads)
    let expected = (0..<batch * rows * columns).map { at in
      let (index, row, column) = (at / columns / rows, at / columns % rows, at % columns)
      return (0..<depth).reduce(Double(residual[at])) {
        $0 + Double(left[(row * batch + index) * depth + $1]) * Double(right[$1 * columns + column])
      }
    }
    #expect(
      relativeError(Array(UnsafeBufferPointer(start: output.start, count: output.count)), expected) < 1e-6)
    #expect(output.isIntact)
  }

  @Test func refusesWhatDoesNotFit() {
    var problem = MatrixMultiplication.dense(rows: 2, columns: 3, depth: 4, constant: [1, 2])
    #expect(throws: MatrixMultiplyError.valueCount(expected: 12, actual: 2)) {
      try MatrixMultiplyKernel(problem)
    }
    problem = .dense(rows: 2, columns: 3, depth: 4)
    problem.bias = [1]
    #expect(throws: MatrixMultiplyError.valueCount(expected: 3, actual: 1)) {
      try MatrixMultiplyKernel(problem)
    }
    problem.bias = nil
    problem.batch = [2]
    #expect(throws: MatrixMultiplyError.batchRank(expected: 1, actual: 0)) {
      try MatrixMultiplyKernel(problem)
    }
  }
}
