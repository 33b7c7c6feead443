import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a kernel on one thread after the other and gives back the floats of output 0.
func result(
  of kernel: any PreparedKernel, _ inputs: [[Float]], count: Int, threads: Int = 1
) -> [Float] {
  let output = Buffer(count: count)
  run(kernel, inputs: inputs.map { Buffer($0) }, output: output, threads: threads)
  #expect(output.isIntact)
  return Array(UnsafeBufferPointer(start: output.start, count: count))
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// A function, its definition in double precision (libm), and the greatest error allowed over a range: in units in the
/// last place, or absolute.
struct UnaryCase: Sendable, CustomTestStringConvertible {
  enum Bound { case ulp(Double), absolute(Double) }
  var function: UnaryFunction
  var range: ClosedRange<Float>
  var bound: Bound
  var reference: @Sendable (Double) -> Double
  var testDescription: String { "\(function) over \(range)" }
}

@Suite struct VectorKernelTests {
  static let unaryCases: [UnaryCase] = [
    UnaryCase(function: .exponential, range: -103...88.7, bound: .ulp(1.5)) { exp($0) },
    UnaryCase(function: .logarithm, range: Float.leastNonzeroMagnitude...20, bound: .ulp(1.5)) { log($0) },
    UnaryCase(function: .logarithm, range: 1...1e30, bound: .ulp(1.5)) { log($0) },
    UnaryCase(function: .logarithmOfOnePlus, range: -0.9...20, bound: .ulp(3)) { log1p($0) },
    UnaryCase(function: .sigmoid, range: -80...80, bound: .ulp(3)) { sigmoid($0) },
    UnaryCase(function: .hyperbolicTangent, range: -12...12, bound: .ulp(2)) { tanh($0) },
    UnaryCase(function: .errorFunction, range: -6...6, bound: .ulp(2)) { erf($0) },
    UnaryCase(function: .gelu, range: -14...14, bound: .absolute(2e-6)) {
      $0 * erfc(-$0 / 2.0.squareRoot()) / 2
    },
    UnaryCase(function: .gelu, range: -2...8, bound: .ulp(16)) { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 },
    UnaryCase(function: .geluTanh, range: -10...10, bound: .absolute(1e-6)) {
      $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2
    },
    UnaryCase(function: .silu(), range: -60...60, bound: .ulp(4)) { $0 * sigmoid($0) },
    UnaryCase(function: .mish, range: -20...20, bound: .ulp(5)) { $0 * tanh(softplus($0)) },
    UnaryCase(function: .softplus, range: -60...60, bound: .ulp(3)) { softplus($0) },
    UnaryCase(function: .elu(alpha: 0.7), range: -20...5, bound: .ulp(3)) {
      $0 < 0 ? Double(Float(0.7)) * expm1($0) : $0
    },
    UnaryCase(function: .sine, range: -100...100, bound: .ulp(2)) { sin($0) },
    UnaryCase(function: .cosine, range: -100...100, bound: .ulp(2)) { cos($0) },
    UnaryCase(function: .squareRoot, range: 0...1e6, bound: .ulp(0.5)) { $0.squareRoot() },
    UnaryCase(function: .reciprocal, range: 0.01...1e6, bound: .ulp(0.5)) { 1 / $0 },
    UnaryCase(function: .round, range: -20...20, bound: .ulp(0)) { $0.rounded(.toNearestOrEven) },
    UnaryCase(function: .floor, range: -20...20, bound: .ulp(0)) { $0.rounded(.down) },
    UnaryCase(function: .ceiling, range: -20...20, bound: .ulp(0)) { $0.rounded(.up) },
    UnaryCase(function: .relu, range: -3...3, bound: .ulp(0)) { max($0, 0) },
    UnaryCase(function: .clamp(low: -1, high: 6), range: -3...9, bound: .ulp(0)) { min(max($0, -1), 6) },
    UnaryCase(function: .leakyRelu(slope: 0.25), range: -3...3, bound: .ulp(0)) { $0 < 0 ? $0 / 4 : $0 },
    UnaryCase(function: .hardSigmoid(alpha: 0.25, beta: 0.5), range: -4...4, bound: .ulp(1)) {
      max(0, min(1, $0 / 4 + 0.5))
    },
    UnaryCase(function: .hardSwish, range: -5...5, bound: .absolute(1e-6)) {
      $0 * max(0, min(1, $0 / 6 + 0.5))
    },
    UnaryCase(function: .power(3), range: -5...5, bound: .ulp(2)) { $0 * $0 * $0 },
    UnaryCase(function: .power(0.3), range: 0...5, bound: .ulp(1)) { pow($0, Double(Float(0.3))) },
    UnaryCase(function: .softsign, range: -5...5, bound: .ulp(1.5)) { $0 / (1 + abs($0)) },
    UnaryCase(function: .threshold(1), range: -5...5, bound: .ulp(0)) { $0 > 1 ? $0 : 0 },
    UnaryCase(function: .sign, range: -5...5, bound: .ulp(0)) { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
  ]

  @Test(arguments: unaryCases, availableInstructionSets)
  func unary(_ test: UnaryCase, instructionSet: InstructionSet) {
    let count = 20011
    let width = test.range.upperBound - test.range.lowerBound
    let values = (0..<count).map { test.range.lowerBound + width * Float($0) / Float(count - 1) }
    let kernel = UnaryKernel(test.function, count: count, instructionSet: instructionSet)
    let actual = result(of: kernel, [values], count: count, threads: 2)
    var worst = 0.0
    for (x, y) in zip(values, actual) {
      let expected = test.reference(Double(x))
      let error = abs(Double(y) - expected)
      switch test.bound {
      case .ulp: worst = max(worst, error / Double(Float(expected).ulp))
      case .absolute: worst = max(worst, error)
      }
      if y.isNaN { worst = .infinity }
    }
    switch test.bound {
    case .ulp(let bound): #expect(worst <= bound + 1e-6)
    case .absolute(let bound): #expect(worst <= bound)
    }
  }

  @Test(arguments: availableInstructionSets)
  func unaryLimits(instructionSet: InstructionSet) {
    func apply(_ function: UnaryFunction, _ values: [Float]) -> [Float] {
      result(
        of: UnaryKernel(function, count: values.count, instructionSet: instructionSet), [values],
        count: values.count)
    }
    for function: UnaryFunction in [
      .exponential, .logarithm, .sigmoid, .hyperbolicTangent, .errorFunction, .gelu, .geluTanh, .silu(),
      .softplus,
      .mish, .relu, .clamp(low: 0, high: 6), .elu(alpha: 1), .leakyRelu(slope: 0.1),
    ] {
      #expect(apply(function, [.nan])[0].isNaN, "\(function) of NaN")
    }
    #expect(apply(.exponential, [.infinity, -.infinity, 0, 200, -200]) == [.infinity, 0, 1, .infinity, 0])
    #expect(apply(.logarithm, [.infinity, 0, 1]) == [.infinity, -.infinity, 0])
    #expect(apply(.logarithm, [-1])[0].isNaN)
    #expect(apply(.gelu, [-.infinity, 0]) == [0, 0])
    #expect(apply(.gelu, [.infinity]) == [.infinity])
    #expect(apply(.sigmoid, [.infinity, -.infinity, 0]) == [1, 0, 0.5])
    #expect(apply(.hyperbolicTangent, [.infinity, -.infinity]) == [1, -1])
    #expect(apply(.round, [0.5, 1.5, -0.5, 2.5]) == [0, 2, 0, 2])
  }

  @Test(arguments: [0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 4095, 4097, 9000])
  func unaryCounts(count: Int) {
    var random = Generator(seed: 1)
    let values = random.floats(count)
    let kernel = UnaryKernel([.negate, .relu, .scaleShift(scale: 2, shift: 1)], count: count)
    #expect(result(of: kernel, [values], count: count, threads: 3) == values.map { max(-$0, 0) * 2 + 1 })
  }

  /// Shapes with every way to broadcast, against NumPy's rule written out index by index.
  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func broadcasting(instructionSet: InstructionSet, threads: Int) {
    let cases: [([Int], [Int])] = [
      ([7], [7]), ([2, 3, 5], [2, 3, 5]), ([2, 3, 17], []), ([], [4, 33]), ([2, 3, 4, 5], [3, 1, 1]),
      ([2, 40], [40]), ([1, 40], [9, 1]), ([2, 1, 5, 1], [3, 1, 18]), ([64, 64], [64, 64]),
      ([3, 1], [3, 100]),
      ([0, 3], [1, 3]), ([2, 16, 3, 3], [2, 16, 1, 1]),
    ]
    var random = Generator(seed: 5)
    for (first, second) in cases {
      let rank = max(first.count, second.count)
      let a = [Int](repeating: 1, count: rank - first.count) + first
      let b = [Int](repeating: 1, count: rank - second.count) + second
      let shape = zip(a, b).map { $0 == 1 ? $1 : $0 }
      let count = shape.reduce(1, *)
      let (x, y) = (random.floats(a.reduce(1, *)), random.floats(b.reduce(1, *)))
      let condition = (0..<x.count).map { _ in random.below(2) == 1 }
      func element(_ index: Int, of values: [Float], _ extents: [Int]) -> Float {
        values.isEmpty ? 0 : values[position(index, extents)]
      }
      func position(_ index: Int, _ extents: [Int]) -> Int {
        var (rest, at, stride) = (index, 0, 1)
        for dimension in shape.indices.reversed() {
          at += extents[dimension] == 1 ? 0 : rest % shape[dimension] * stride
          rest /= shape[dimension]
          stride *= extents[dimension]
        }
        return at
      }
      for function in BinaryFunction.allCases where function != .addIntegers {
        let kernel = BinaryKernel(function, first, second, shape: shape, instructionSet: instructionSet)
        let (p, q) = function == .power ? (x.map { abs($0) }, y) : (x, y)
        let expected = (0..<count).map { index -> Double in
          let (u, v) = (Double(element(index, of: p, a)), Double(element(index, of: q, b)))
          return switch function {
          case .add: u + v
          case .subtract: u - v
          case .multiply: u * v
          case .divide: u / v
          case .power: pow(u, v)
          case .squaredDifference: (u - v) * (u - v)
          case .maximum: max(u, v)
          case .minimum: min(u, v)
          case .prelu: u < 0 ? u * v : u
          case .addIntegers: .nan  // not for floats
          }
        }
        let actual = result(of: kernel, [p, q], count: count, threads: threads)
        #expect(relativeError(actual, expected) < 2e-7, "\(function) \(first) \(second)")
      }
      let select = SelectKernel(condition: first, first, second, shape: shape, instructionSet: instructionSet)
      let bytes = Buffer(count: condition.count)
      for (index, value) in condition.enumerated() {
        UnsafeMutableRawPointer(bytes.start).storeBytes(
          of: value ? 1 : 0, toByteOffset: index, as: UInt8.self)
      }
      let output = Buffer(count: count)
      run(select, inputs: [bytes, Buffer(x), Buffer(y)], output: output, threads: threads)
      let chosen = (0..<count).map {
        condition[position($0, a)] ? element($0, of: x, a) : element($0, of: y, b)
      }
      #expect(Array(UnsafeBufferPointer(start: output.start, count: count)) == chosen)
    }
  }

  @Test(arguments: availableInstructionSets, [1, 2, 3])
  func softmax(instructionSet: InstructionSet, threads: Int) {
    var random = Generator(seed: 2)
    for (shape, axis) in [
      ([5, 1], 1), ([3, 7], 1), ([4, 197], 1), ([2, 1000], 1), ([2, 5, 37], 1), ([1, 21, 50], 1),
      ([9, 4], 0), ([6, 64], 1),
    ] {
      let count = shape.reduce(1, *)
      let values = random.floats(count).map { $0 * 30 }
      let inner = shape.dropFirst(axis + 1).reduce(1, *)
      for isLogarithmic in [false, true] {
        let kernel = SoftmaxKernel(
          shape: shape, axis: axis, isLogarithmic: isLogarithmic, instructionSet: instructionSet)
        let expected = (0..<count).map { index -> Double in
          let start = index / (inner * shape[axis]) * inner * shape[axis] + index % inner
          let line = (0..<shape[axis]).map { Double(values[start + $0 * inner]) }
          let highest = line.max() ?? 0
          let sum = line.reduce(0) { $0 + exp($1 - highest) }
          let logarithm = Double(values[index]) - highest - log(sum)
          return isLogarithmic ? logarithm : exp(logarithm)
        }
        let actual = result(of: kernel, [values], count: count, threads: threads)
        #expect(relativeError(actual, expected) < 3e-7, "\(shape) axis \(axis)")
      }
    }
  }

  @Test(arguments: availableInstructionSets, [5, 16, 33, 768])
  func normalization(instructionSet: InstructionSet, width: Int) throws {
    var random = Generator(seed: 4)
    let rows = 5
    let (x, addend) = (random.floats(rows * width).map { $0 + 3 }, random.floats(rows * width))
    let (scale, shift) = (random.floats(width), random.floats(width))
    for kind in [NormalizationKernel.Kind.layer, .rootMeanSquare] {
      for adds in [false, true] {
        let kernel = try NormalizationKernel(
          kind, rows: rows, width: width, epsilon: 1e-5, scale: scale, shift: adds ? nil : shift,
          addsInput: adds,
          instructionSet: instructionSet)
        var expected: [Double] = []
        for row in 0..<rows {
          let line = (0..<width).map {
            adds ? Double(x[row * width + $0] + addend[row * width + $0]) : Double(x[row * width + $0])
          }
          let mean = kind == .layer ? line.reduce(0, +) / Double(width) : 0
          let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
          for column in 0..<width {
            let normal = (line[column] - mean) / (variance + Double(Float(1e-5))).squareRoot()
            expected.append(normal * Double(scale[column]) + (adds ? 0 : Double(shift[column])))
          }
        }
        let actual = result(of: kernel, [x, addend], count: rows * width, threads: 2)
        #expect(relativeError(actual, expected) < 1e-6)
      }
    }
  }

  @Test(arguments: availableInstructionSets, ReductionKernel.Function.allCases)
  func reduction(instructionSet: InstructionSet, function: ReductionKernel.Function) {
    var random = Generator(seed: 6)
    let cases: [([Int], [Int])] = [
      ([7], [0]), ([3, 70], [1]), ([3, 70], [0]), ([4, 5, 6], [1]), ([4, 5, 6], [0, 2]),
      ([2, 3, 9, 17], [2, 3]),
      ([2, 3, 4, 5], []), ([2, 33, 3, 3], [1]), ([1, 200], [0]),
    ]
    for (shape, axes) in cases {
      let folded = axes.isEmpty ? Array(shape.indices) : axes
      let values = random.floats(shape.reduce(1, *)).map {
        function == .logSum ? abs($0) : function == .product ? 1 + $0 / 4 : $0
      }
      let keptShape = shape.indices.map { folded.contains($0) ? 1 : shape[$0] }
      var groups = [[Double]](repeating: [], count: keptShape.reduce(1, *))
      for index in values.indices {
        var (rest, at, stride) = (index, 0, 1)
        for dimension in shape.indices.reversed() {
          if keptShape[dimension] > 1 { at += rest % shape[dimension] * stride }
          rest /= shape[dimension]
          stride *= keptShape[dimension]
        }
        groups[at].append(Double(values[index]))
      }
      let expected = groups.map { group -> Double in
        switch function {
        case .sum: group.reduce(0, +)
        case .mean: group.reduce(0, +) / Double(group.count)
        case .maximum: group.max() ?? -.infinity
        case .minimum: group.min() ?? .infinity
        case .product: group.reduce(1, *)
        case .l1: group.reduce(0) { $0 + abs($1) }
        case .l2: group.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .sumOfSquares: group.reduce(0) { $0 + $1 * $1 }
        case .logSum: log(group.reduce(0, +))
        case .logSumExp: log(group.reduce(0) { $0 + exp($1) })
        }
      }
      for threads in 1...3 {
        let kernel = ReductionKernel(function, shape: shape, axes: axes, instructionSet: instructionSet)
        let actual = result(of: kernel, [values], count: expected.count, threads: threads)
        #expect(relativeError(actual, expected) < 2e-6, "\(shape) over \(axes)")
      }
    }
  }
}
