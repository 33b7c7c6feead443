import Analysis
import Execution
import Formats
import Kernels
import Network
import Operators
import TestSupport
import Testing

/// Plans against the interpreter, which runs each operator's own kernel node by node.
@Suite struct PlanTests {
  /// Relative L2 error of the plan's outputs against the interpreter's, and the plan.
  func compare(
    _ text: String, threads: Int = 1, options: PlanOptions = PlanOptions(isExact: true)
  ) throws -> (error: Double, plan: Plan) {
    try compare(inferred(text), threads: threads, options: options)
  }

  private func compare(
    _ inferred: InferredGraph, threads: Int = 1, options: PlanOptions = PlanOptions(isExact: true)
  ) throws -> (error: Double, plan: Plan) {
    var options = options
    options.threads = threads
    let plan = try Plan(inferred, options: options)
    let executor = try Executor(plan)
    var inputs: [String: RuntimeValue] = [:]
    var generator = Generator(state: 7)
    for port in plan.inputs {
      let tensor = try DenseTensor(port.element, port.dimensions)
      fill(tensor, &generator)
      inputs[port.name] = .tensor(tensor)
      try executor.setInput(port.name, to: tensor)
    }
    try executor.run()
    let once = try plan.outputs.map { try executor.output($0.name) }
    try executor.run()
    let expected = try Interpreter(inferred).run(inputs)
    var worst = 0.0
    for (port, first) in zip(plan.outputs, once) {
      let result = try executor.output(port.name)
      #expect(bytes(first) == bytes(result), "a second run gives the same")
      let reference = try #require(expected[port.name]?.tensor)
      #expect(reference.dimensions == result.dimensions)
      worst = max(worst, relativeError(result, reference))
    }
    return (worst, plan)
  }

  private func fill(_ tensor: DenseTensor, _ generator: inout Generator) {
    switch tensor.element {
    case .float32:
      let values = tensor.mutableElements(as: Float.self)
      for index in values.indices { values[index] = Float(generator.next() % 2001) / 1000 - 1 }
    case .int64:
      let values = tensor.mutableElements(as: Int64.self)
      for index in values.indices { values[index] = Int64(generator.next() % 3) }
    default: break
    }
  }

  private func bytes(_ tensor: DenseTensor) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount))
  }

  private func floats(_ tensor: DenseTensor) -> [Float] {
    withExtendedLifetime(tensor) { Array(tensor.elements(as: Float.self)) }
  }

  private func relativeError(_ a: DenseTensor, _ b: DenseTensor) -> Double {
    guard a.element == .float32 else { return bytes(a) == bytes(b) ? 0 : .infinity }
    var (difference, norm) = (0.0, 0.0)
    for (x, y) in zip(a.elements(as: Float.self), b.elements(as: Float.self)) {
      difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
      norm += Double(y) * Double(y)
    }
    return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
  }

  @Test(arguments: 1...3) func residualBlocksOfImages(threads: Int) throws {
    let (error, plan) = try compare(Self.residualBlock, threads: threads)
    #expect(error < 2e-6)
    #expect(plan.steps.map(\.operators).contains(["Conv", "Add", "Relu"]))
    #expect(plan.usesSyntheticWeights)
  }

  @Test func withoutOptimizationEachNodeIsAStep() throws {
    let (error, plan) = try compare(Self.residualBlock, options: PlanOptions(isOptimized: false))
    #expect(error == 0)
    #expect(plan.steps.allSatisfy { $0.operators.count == 1 })
  }

  @Test func normalizationIsFoldedIntoWeights() throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      folded (float[2, 8, 9, 9] x) => (float[2, 20, 9, 9] y)
      <float[20, 8, 3, 3] w = {}, float[20] gamma = {}, float[20] beta = {}, float[20] mean = {},
       float[20] variance = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}>
      {
        c = Conv <pads = [1, 1, 1, 1]> (x, w)
        n = BatchNormalization (c, gamma, beta, mean, variance)
        y = Relu (n)
      }
      """)
    #expect(error < 2e-6)
    #expect(plan.steps.first?.operators == ["Conv", "BatchNormalization", "Relu"])
  }

  @Test(arguments: [1, 3]) func concatenationsAreWrittenInPlace(batch: Int) throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      growing (float[\(batch), 16, 6, 6] x) => (float[\(batch), 16, 6, 6] y)
      <float[16, 16, 1, 1] a = {}, float[16, 16, 3, 3] b = {}, float[16, 32, 3, 3] c = {},
       float[16, 48, 1, 1] d = {}>
      {
        first = Conv (x, a)
        second = Conv <pads = [1, 1, 1, 1]> (first, b)
        two = Concat <axis = 1> (first, second)
        third = Conv <pads = [1, 1, 1, 1]> (two, c)
        three = Concat <axis = 1> (first, second, third)
        y = Conv (three, d)
      }
      """)
    #expect(error < 2e-6)
    let copies = plan.steps.filter { $0.operators == ["Concat"] }
    #expect(copies.isEmpty)
  }

  @Test func activationsThatAreSpelledOutBecomeOneStep() throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      gelu (float[5, 33] x) => (float[5, 40] y)
      <float[33, 40] w = {}, float[40] b = {}>
      {
        root = Constant <value_float = 1.4142135> ()
        one = Constant <value_float = 1.0> ()
        half = Constant <value_float = 0.5> ()
        p = MatMul (x, w)
        z = Add (b, p)
        d = Div (z, root)
        e = Erf (d)
        s = Add (e, one)
        m = Mul (z, s)
        y = Mul (m, half)
      }
      """)
    #expect(error < 2e-6)
    #expect(plan.steps.count == 1)
  }

  @Test(arguments: [1, 3]) func attentionReadsItsHeadsInPlace(threads: Int) throws {
    let (error, plan) = try compare(Self.attention, threads: threads)
    #expect(error < 2e-6)
    #expect(plan.steps.contains { $0.operators.contains("Softmax") && $0.operators.count > 2 })
    #expect(!plan.steps.contains { $0.operators == ["Transpose"] })
  }

  @Test func squeezeAndExcitationStaysInBlocks() throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      gated (float[2, 24, 10, 10] x) => (float[2, 24] y)
      <float[24, 1, 5, 5] w = {}, float[6, 24, 1, 1] down = {}, float[24, 6, 1, 1] up = {}>
      {
        c = Conv <group = 24, pads = [2, 2, 2, 2]> (x, w)
        s = Sigmoid (c)
        a = Mul (c, s)
        p = GlobalAveragePool (a)
        d = Conv (p, down)
        r = Relu (d)
        u = Conv (r, up)
        g = Sigmoid (u)
        m = Mul (g, a)
        q = GlobalAveragePool (m)
        y = Flatten (q)
      }
      """)
    #expect(error < 2e-6)
    #expect(plan.steps.contains { $0.operators == ["Conv", "Sigmoid", "Mul"] })
  }

  @Test(arguments: [1, 3]) func tensorsArePaddedByAKernel(threads: Int) throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 18]>
      padded (float[2, 3, 6, 9] x, int64[4, 5] n) => (float[2, 3, 9, 7] y, int64[5, 5] m)
      <int64[4] amounts = {1, -2, 2, 0}, int64[2] axes = {2, 3}, float value = {-1.5},
       int64[4] more = {0, 1, 1, -1}>
      {
        y = Pad (x, amounts, value, axes)
        m = Pad (n, more)
      }
      """, threads: threads)
    #expect(error == 0)
    #expect(plan.steps.allSatisfy { $0.choice?.kernel == "copy" })
  }

  @Test(arguments: [1, 3]) func imagesAreResizedByAKernel(threads: Int) throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 18]>
      resized (float[2, 3, 6, 9] x) => (float[2, 3, 11, 7] a, float[2, 3, 3, 13] b, float[2, 3, 6, 27] c)
      <int64[2] extents = {11, 7}, float[4] uneven = {1, 1, 0.5, 1.45}, float[4] wider = {1, 1, 1, 3}>
      {
        a = Resize <mode = "linear", axes = [2, 3]> (x, , , extents)
        b = Resize <mode = "nearest"> (x, , uneven)
        c = Resize <mode = "linear", coordinate_transformation_mode = "asymmetric"> (x, , wider)
      }
      """, threads: threads)
    #expect(error < 2e-6)
    #expect(plan.steps.count == 3)
    #expect(plan.steps.allSatisfy { $0.choice?.kernel.hasPrefix("resize") ?? false })
  }

  /// What takes more than two elements of an axis is left to the operator.
  @Test(arguments: ["mode = \"cubic\"", "mode = \"linear\", antialias = 1"])
  func otherResamplingIsTheOperators(attributes: String) throws {
    let (error, plan) = try compare(
      """
      <ir_version: 8, opset_import: ["": 18]>
      resized (float[1, 2, 8, 8] x) => (float[1, 2, 4, 4] y)
      <float[4] scales = {1, 1, 0.5, 0.5}>
      { y = Resize <\(attributes)> (x, , scales) }
      """)
    #expect(error == 0)
    #expect(plan.steps.first?.choice == nil)
  }

  /// Values that onnxruntime 1.31 gives for `Resize` of the same tensor.
  @Test(
    arguments: [
      ("linear", "half_pixel", "floor", 2, [1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4]),
      ("linear", "asymmetric", "floor", 2, [1, 1.5, 2, 2.5, 3, 3.5, 4, 4]),
      ("linear", "align_corners", "floor", 1.75, [1, 1.5, 2, 2.5, 3, 3.5, 4]),
      ("nearest", "asymmetric", "floor", 2, [1, 1, 2, 2, 3, 3, 4, 4]),
      ("nearest", "half_pixel", "round_prefer_floor", 0.5, [1, 3]),
      ("nearest", "half_pixel", "round_prefer_ceil", 0.5, [2, 4]),
    ] as [(String, String, String, Float, [Float])])
  func resize(mode: String, coordinates: String, nearest: String, scale: Float, expected: [Float]) throws {
    let text = """
      <ir_version: 8, opset_import: ["": 17]>
      resized (float[1, 1, 1, 4] x) => (float[1, 1, 1, \(expected.count)] y)
      <float[4] scales = {1, 1, 1, \(scale)}>
      {
        y = Resize <mode = "\(mode)", coordinate_transformation_mode = "\(coordinates)",
                    nearest_mode = "\(nearest)"> (x, , scales)
      }
      """
    let plan = try Plan(ShapeInference.infer(network(text)), options: PlanOptions(threads: 2))
    let executor = try Executor(plan)
    let image = try DenseTensor(.float32, [1, 1, 1, 4])
    _ = image.mutableElements(as: Float.self).update(fromContentsOf: [1, 2, 3, 4])
    try executor.setInput("x", to: image)
    try executor.run()
    #expect(floats(try executor.output("y")) == expected)
  }

  /// The result of an addition may not overwrite what is still needed.
  @Test func valuesReadLaterAreNotOverwritten() throws {
    let (error, _) = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      shared (float[3, 7] x) => (float[3, 7] y, float[3, 7] z)
      {
        a = Exp (x)
        b = Add (a, a)
        c = Mul (b, a)
        d = Sub (c, b)
        z = Relu (d)
        y = Add (a, d)
      }
      """)
    #expect(error < 2e-6)
  }

  /// The hand-written fixtures whose extents are all known.
  @Test(arguments: [
    "conv_basic", "conv_auto_pad", "conv_grouped_dilated", "conv_depthwise_separable", "gemm",
    "normalization",
    "pooling_ceil_mode", "matmul_attention",
  ]) func fixtures(name: String) throws {
    let network = try NetworkReader.read(path: Fixture.path("operators/\(name).onnxtxt"))
    let (error, _) = try compare(ShapeInference.infer(network))
    #expect(error < 1e-5)
  }

  /// Real networks with synthetic weights.
  @Test(arguments: ["resnet18", "mobilenet_v2", "efficientnet_b0", "densenet121.bn"])
  func networks(name: String) throws {
    let network = try NetworkReader.read(path: Fixture.path("\(name).onnx"))
    let inferred = try ShapeInference.infer(network)
    let (error, plan) = try compare(inferred, threads: 2)
    #expect(error < 1e-5)
    #expect(plan.arenaBytes <= plan.arenaLowerBoundBytes * 105 / 100)
    #expect(plan.usesSyntheticWeights)
    let layers = Layers(inferred).layers.map(\.nodes)
    let covered = Set(plan.layers(ofSteps: layers).joined())
    for index in layers.indices where !covered.contains(index) {
      let operators = Set(layers[index].map { inferred.graph[$0].operatorName })
      #expect(operators.isSubset(of: ["Concat", "Flatten"]), "only what moves no data has no step")
    }
  }

  @Test func stepsAreCalledThroughTheClosureInOrder() throws {
    let plan = try Plan(
      ShapeInference.infer(network(Self.residualBlock)), options: PlanOptions(threads: 2))
    let executor = try Executor(plan)
    try executor.setInput("x", to: DenseTensor(.float32, [2, 3, 18, 14]))
    var called: [Int] = []
    try executor.run { step, work in
      called.append(step.index)
      work()
    }
    #expect(called == Array(plan.steps.indices))
    let explanation = PlanExplanation(plan)
    #expect(explanation.steps.count == plan.steps.count)
    #expect(explanation.steps.allSatisfy { !$0.kernel.isEmpty && !$0.layout.isEmpty })
  }

  @Test func inputsAreChecked() throws {
    let plan = try Plan(ShapeInference.infer(network(Self.residualBlock)))
    let executor = try Executor(plan)
    #expect(throws: ExecutionError.inputNotSet("x")) { try executor.run() }
    #expect(throws: ExecutionError.noInput("z")) {
      try executor.setInput("z", to: DenseTensor(.float32, [1]))
    }
    let wrong = try DenseTensor(.float32, [2, 3])
    let expected = TensorType(.float32, [2, 3, 18, 14])
    #expect(throws: ExecutionError.inputType(name: "x", expected: expected, found: wrong.type)) {
      try executor.setInput("x", to: wrong)
    }
    #expect(throws: ExecutionError.noOutput("x")) { try executor.output("x") }
  }

  @Test func anArenaAboveTheLimitIsRefused() throws {
    let inferred = try ShapeInference.infer(network(Self.residualBlock))
    #expect(throws: ExecutionError.self) { try Plan(inferred, options: PlanOptions(memoryLimit: 1000)) }
  }

  @Test(arguments: [1, 3])
  func workingMemoryCountsTowardsTheLimit(threads: Int) throws {
    let source = """
      <ir_version: 8, opset_import: ["": 17]>
      g (float[1, 64, 500] x) => (float[1, 64, 500] y) <float[64, 64, 3] w = {}>
      { y = Conv <pads = [1, 1]> (x, w) }
      """
    let inferred = try ShapeInference.infer(network(source))
    let plan = try Plan(inferred, options: PlanOptions(threads: threads))
    let bytes = plan.arenaBytes
    let activationBytes = 2 * 64 * 500 * MemoryLayout<Float>.stride
    #expect(bytes > activationBytes)
    #expect(throws: Never.self) {
      try Plan(inferred, options: PlanOptions(threads: threads, memoryLimit: bytes))
    }
    #expect(throws: ExecutionError.memoryLimit(bytes: bytes, limit: bytes - 1)) {
      try Plan(inferred, options: PlanOptions(threads: threads, memoryLimit: bytes - 1))
    }
  }

  static let residualBlock = """
    <ir_version: 8, opset_import: ["": 17]>
    block (float[2, 3, 18, 14] x) => (float[2, 10] y)
    <float[20, 3, 3, 3] w0 = {}, float[20] b0 = {}, float[40, 20, 1, 1] w1 = {}, float[40, 20, 3, 3] w2 = {},
     float[40, 40, 3, 3] w3 = {}, float[10, 40] w4 = {}, float[10] b4 = {}>
    {
      a = Conv <pads = [1, 1, 1, 1], strides = [2, 2]> (x, w0, b0)
      ar = Relu (a)
      s = Conv (ar, w1)
      b = Conv <pads = [1, 1, 1, 1]> (ar, w2)
      br = Relu (b)
      c = Conv <pads = [1, 1, 1, 1]> (br, w3)
      d = Add (c, s)
      e = Relu (d)
      f = Conv <pads = [1, 1, 1, 1]> (e, w3)
      g = Add (f, e)
      h = Relu (g)
      p = GlobalAveragePool (h)
      v = Flatten (p)
      y = Gemm <transB = 1> (v, w4, b4)
    }
    """

  static let attention = """
    <ir_version: 8, opset_import: ["": 17]>
    attention (float[2, 5, 12] x, float[2, 1, 1, 5] mask) => (float[2, 5, 12] y)
    <float[12, 36] w = {}, float[12, 12] o = {}>
    {
      heads = Constant <value_ints = [2, 5, 3, 4]> ()
      flat = Constant <value_ints = [2, 5, 12]> ()
      scale = Constant <value_float = 0.5> ()
      p = MatMul (x, w)
      q, k, v = Split <axis = 2> (p)
      qh = Reshape (q, heads)
      kh = Reshape (k, heads)
      vh = Reshape (v, heads)
      qt = Transpose <perm = [0, 2, 1, 3]> (qh)
      kt = Transpose <perm = [0, 2, 3, 1]> (kh)
      vt = Transpose <perm = [0, 2, 1, 3]> (vh)
      s = MatMul (qt, kt)
      t = Mul (s, scale)
      m = Add (t, mask)
      f = Softmax <axis = -1> (m)
      h = MatMul (f, vt)
      ht = Transpose <perm = [0, 2, 1, 3]> (h)
      c = Reshape (ht, flat)
      y = MatMul (c, o)
    }
    """
}
