import Analysis
import Execution
import Kernels
import Network
import Operators
import Testing

/// Networks of 16-bit floats on the kernels of 32-bit ones.
@Suite struct WideningTests {
  private func sixteenBits(_ values: [Float], _ dimensions: [Int], as element: ElementType = .float16)
    throws -> DenseTensor
  {
    let tensor = try DenseTensor(element, dimensions)
    let patterns = tensor.mutableElements(as: UInt16.self)
    for (index, value) in values.enumerated() {
      patterns[index] = element == .float16 ? Binary16.bits(value) : BrainFloat.bits(value)
    }
    return tensor
  }

  private func floats(_ tensor: DenseTensor) -> [Float] {
    withExtendedLifetime(tensor) {
      switch tensor.element {
      case .float16: tensor.elements(as: UInt16.self).map { Binary16.float($0) }
      case .bfloat16: tensor.elements(as: UInt16.self).map { BrainFloat.float($0) }
      default: Array(tensor.elements(as: Float.self))
      }
    }
  }

  private func run(_ plan: Plan, _ inputs: [String: DenseTensor]) throws -> DenseTensor {
    let executor = try Executor(plan)
    for (name, tensor) in inputs { try executor.setInput(name, to: tensor) }
    try executor.run()
    return try executor.output(plan.outputs[0].name)
  }

  /// The reference is the interpreter, which runs each operator in 16 bits by itself.
  @Test(arguments: [("float16", ElementType.float16, 2e-3), ("bfloat16", .bfloat16, 1.6e-2)])
  func convolutionsRunOnPreparedKernels(name: String, element: ElementType, tolerance: Float) throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 22]>
      narrow (\(name)[2, 3, 12, 12] x) => (\(name)[2, 10] y)
      <\(name)[16, 3, 3, 3] a = {}, \(name)[16, 16, 3, 3] b = {}, \(name)[16, 10] w = {}, \(name)[10] bias = {}>
      {
        c = Conv <pads = [1, 1, 1, 1]> (x, a)
        d = Relu (c)
        e = Conv <pads = [1, 1, 1, 1]> (d, b)
        f = Add (e, d)
        g = GlobalAveragePool (f)
        h = Flatten (g)
        m = MatMul (h, w)
        s = Add (m, bias)
        y = Softmax (s)
      }
      """)
    let plan = try Plan(graph)
    let kernels = plan.steps.map { $0.choice?.kernel }
    #expect(!kernels.contains(nil))
    #expect(kernels.first == "16-bit floats to 32-bit" && kernels.last == "32-bit floats to 16-bit")
    #expect(kernels.filter { $0?.contains("16-bit") ?? false }.count == 2)
    #expect(plan.widensFloats)
    let values: [Float] = (0..<864).map { (index: Int) -> Float in Float(index * 37 % 101) / 50 - 1 }
    let x = try sixteenBits(values, [2, 3, 12, 12], as: element)
    let result = try run(plan, ["x": x])
    #expect(result.element == element && result.dimensions == [2, 10])
    let reference = try #require(try Interpreter(graph).run(["x": .tensor(x)])["y"]?.tensor)
    let worst: Float = zip(floats(result), floats(reference)).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= tolerance)
  }

  /// 70,000 is beyond binary16, whose largest is 65,504; 0.1 is 0.0999755859375 there (IEEE 754: 1.1001100110 x 2^-4).
  @Test func castsOfTheFileRound() throws {
    let plan = try Plan(
      try inferred(
        """
        <ir_version: 8, opset_import: ["": 22]>
        casts (float[3] x) => (float[3] y)
        {
          h = Cast <to = 10> (x)
          s = Add (h, h)
          t = Cast <to = 10> (s)
          y = Cast <to = 1> (t)
        }
        """))
    let result = try run(plan, ["x": .float32([0.1, 70000, -3])])
    #expect(floats(result) == [0.199951171875, .infinity, -6])
    #expect(plan.steps.filter { $0.operators == ["Cast"] }.count == 2, "one rounds, one widens")
  }

  /// What passes between nodes is not rounded: 2048 + 1 is no binary16, whose step there is 2.
  @Test func valuesBetweenNodesStayWide() throws {
    let text = """
      <ir_version: 8, opset_import: ["": 22]>
      wide (float16[1] x, float16[1] one) => (float16[1] y)
      {
        a = Add (x, one)
        b = Add (a, one)
        y = Sub (b, x)
      }
      """
    let inputs = ["x": try sixteenBits([2048], [1]), "one": try sixteenBits([1], [1])]
    #expect(floats(try run(try Plan(try inferred(text)), inputs)) == [2])
    let exact = try Plan(try inferred(text), options: PlanOptions(isOptimized: false))
    #expect(floats(try run(exact, inputs)) == [0])
  }

  @Test func tablesStayAsTheyAre() throws {
    let plan = try Plan(
      try inferred(
        """
        <ir_version: 8, opset_import: ["": 22]>
        table (int64[4] ids) => (float16[4, 128] y)
        <float16[8192, 128] table = {}, float16[128] shift = {}>
        {
          rows = Gather (table, ids)
          y = Add (rows, shift)
        }
        """))
    #expect(plan.constantBytes < 8192 * 128 * 2 + 4096)
    #expect(plan.steps.map { $0.operators.joined() } == ["Gather", "Cast", "Add", "Cast"])
  }

  @Test func quantizedWeightsWithNarrowScalesAreFound() throws {
    let plan = try Plan(
      try inferred(
        """
        <ir_version: 8, opset_import: ["": 22]>
        scaled (float16[3, 8] x) => (float16[3, 8] y, int32[3, 8] z)
        <int8[8, 8] w = {}, float16 scale = {15360}>
        {
          d = DequantizeLinear (w, scale)
          y = MatMul (x, d)
          z = Cast <to = 6> (y)
        }
        """))
    let executor = try Executor(plan)
    try executor.setInput("x", to: try sixteenBits((0..<24).map { Float($0) }, [3, 8]))
    try executor.run()
    let (y, z) = (try executor.output("y"), try executor.output("z"))
    #expect(z.element == .int32)
    // Toward zero, of what was rounded to 16 bits.
    #expect(floats(y).map { Int32($0) } == Array(z.elements(as: Int32.self)))
  }
}
