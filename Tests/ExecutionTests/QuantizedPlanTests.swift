import Analysis
import Execution
import Kernels
import Network
import Operators
import Testing

/// Plans of quantised networks against the interpreter, which computes what `DequantizeLinear`, the operator on floats and
/// `QuantizeLinear` say node by node: outputs may differ by one step where a sum lies between two numbers.
@Suite struct QuantizedPlanTests {
  private struct Outcome {
    var plan: Plan
    /// The largest difference of an output in its quantisation steps, and the share of outputs that differ.
    var steps: Double
    var share: Double
  }

  private func compare(
    _ text: String, step: Double, threads: Int = 1, instructionSet: InstructionSet = .native
  ) throws -> Outcome {
    let graph = try inferred(text)
    let plan = try Plan(graph, options: PlanOptions(instructionSet: instructionSet, threads: threads))
    let executor = try Executor(plan)
    var inputs: [String: RuntimeValue] = [:]
    var state: UInt64 = 5
    for port in plan.inputs {
      let tensor = try DenseTensor(port.element, port.dimensions)
      for index in 0..<tensor.elementCount {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        if port.element == .float32 {
          tensor.mutableElements(as: Float.self)[index] = Float(state >> 40) / Float(1 << 22) - 2
        } else {
          tensor.mutableElements(as: UInt8.self)[index] = UInt8(truncatingIfNeeded: state >> 40)
        }
      }
      inputs[port.name] = .tensor(tensor)
      try executor.setInput(port.name, to: tensor)
    }
    try executor.run()
    try executor.run()
    let expected = try Interpreter(graph).run(inputs)
    let port = try #require(plan.outputs.first)
    let result = try executor.output(port.name).doubles
    let reference = try #require(expected[port.name]?.tensor?.doubles)
    #expect(Set(reference).count > 4, "the test's own numbers must not be all alike")
    let differences = zip(result, reference).map { abs($0 - $1) / step }
    return Outcome(
      plan: plan, steps: differences.max() ?? 0,
      share: Double(differences.filter { $0 > 0.5 }.count) / Double(max(differences.count, 1)))
  }

  /// Constants as the quantiser of ONNX Runtime writes them: 8-bit weights with one scale for each filter.
  private static func weights(_ name: String, _ extents: [Int], seed: Int, type: String = "int8") -> String {
    let count = extents.reduce(1, *)
    let numbers = (0..<count).map { index in
      let value = (index &* 7919 &+ seed &* 104_729) % 255 - 127
      return type == "int8" ? "\(value)" : "\(value + 128)"
    }
    let scales = (0..<extents[0]).map { "0.00\(20 + ($0 * 7 + seed) % 60)" }
    let zero = type == "int8" ? "0" : "128"
    return """
      \(type)[\(extents.map(String.init).joined(separator: ", "))] \(name) = {\(numbers.joined(separator: ", "))},
       float[\(extents[0])] \(name)_scale = {\(scales.joined(separator: ", "))},
       \(type)[\(extents[0])] \(name)_zero = {\(scales.map { _ in zero }.joined(separator: ", "))}
      """
  }

  private static func point(_ name: String, _ scale: Double, _ zero: Int, type: String = "uint8") -> String {
    "float \(name)_scale = {\(scale)}, \(type) \(name)_zero = {\(zero)}"
  }

  /// `q`, `d`: to 8 bits and back.
  private static func pair(_ value: String) -> String {
    """
    \(value)_q = QuantizeLinear (\(value), \(value)_scale, \(value)_zero)
        \(value)_d = DequantizeLinear (\(value)_q, \(value)_scale, \(value)_zero)
    """
  }

  private static func residual(_ type: String, batch: Int = 2) -> String {
    let z = type == "uint8" ? 128 : 0
    func point(_ name: String, _ scale: Double, _ zero: Int) -> String {
      Self.point(name, scale, zero + z, type: type)
    }
    return """
      <ir_version: 8, opset_import: ["": 17]>
      block (float[\(batch), 3, 18, 14] x) => (float[\(batch), 10] y_d)
      <\(point("x", 0.016, 3)), \(point("a", 0.011, -128)), \(point("s", 0.02, 5)), \(point("b", 0.02, -40)),
       \(point("c", 0.05, 4)), \(point("e", 0.04, -90)), \(point("m", 0.04, -90)), \(point("p", 0.0217, -100)),
       \(point("v", 0.0217, -100)), \(point("y", 0.023, -10)),
       \(weights("w0", [20, 3, 3, 3], seed: 1)), \(weights("w1", [40, 20, 1, 1], seed: 2)),
       \(weights("w2", [40, 20, 3, 3], seed: 3)), \(weights("w3", [40, 40, 1, 1], seed: 4)),
       \(weights("w4", [10, 40], seed: 5)), float[20] b0 = {\((0..<20).map { "\($0 - 9).5" }.joined(separator: ", "))}>
      {
        \(pair("x"))
        f0 = DequantizeLinear <axis = 0> (w0, w0_scale, w0_zero)
        f1 = DequantizeLinear <axis = 0> (w1, w1_scale, w1_zero)
        f2 = DequantizeLinear <axis = 0> (w2, w2_scale, w2_zero)
        f3 = DequantizeLinear <axis = 0> (w3, w3_scale, w3_zero)
        f4 = DequantizeLinear <axis = 0> (w4, w4_scale, w4_zero)
        a0 = Conv <pads = [1, 1, 1, 1], strides = [2, 2]> (x_d, f0, b0)
        a = Relu (a0)
        \(pair("a"))
        s = Conv (a_d, f1)
        \(pair("s"))
        b0r = Conv <pads = [1, 1, 1, 1]> (a_d, f2)
        b = Clip (b0r, low, high)
        \(pair("b"))
        c = Conv (b_d, f3)
        \(pair("c"))
        d = Add (c_d, s_d)
        e = Relu (d)
        \(pair("e"))
        m = MaxPool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 1, 1, 1]> (e_d)
        \(pair("m"))
        p = GlobalAveragePool (m_d)
        \(pair("p"))
        v = Flatten (p_d)
        \(pair("v"))
        y = Gemm <transB = 1> (v_d, f4)
        \(pair("y"))
      }
      """.replacing(
        "<\(point("x", 0.016, 3))", with: "<float low = {0}, float high = {3.5}, \(point("x", 0.016, 3))")
  }

  @Test(arguments: ["uint8", "int8"], InstructionSet.allCases.filter(\.isAvailable))
  func groupsBecomeIntegerSteps(type: String, instructionSet: InstructionSet) throws {
    for threads in 1...2 {
      let outcome = try compare(
        Self.residual(type), step: 0.023, threads: threads, instructionSet: instructionSet)
      #expect(outcome.steps < 1.01)
      #expect(outcome.share <= 0.1)
      let kernels = outcome.plan.steps.compactMap(\.choice?.kernel)
      #expect(kernels.count == outcome.plan.steps.count, "no step runs an operator's own kernel")
      #expect(kernels.filter { $0.hasPrefix("convolution") }.count == 5)
      #expect(outcome.plan.steps.contains { $0.operators.contains("Add") && $0.operators.contains("Conv") })
    }
  }

  @Test(arguments: ["uint8", "int8"]) func depthwiseGroupedAndConcatenated(weightType: String) throws {
    let outcome = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      mixed (float[2, 24, 9, 11] x) => (float[2, 88, 9, 11] y_d)
      <\(Self.point("x", 0.016, 128)), \(Self.point("a", 0.03, 100)), \(Self.point("b", 0.05, 140)),
       \(Self.point("s", 0.00390625, 0)), \(Self.point("g", 0.02, 90)), \(Self.point("y", 0.05, 120)),
       \(Self.weights("w0", [24, 1, 3, 3], seed: 1, type: weightType)),
       \(Self.weights("w1", [40, 6, 3, 3], seed: 2, type: weightType))>
      {
        \(Self.pair("x"))
        f0 = DequantizeLinear <axis = 0> (w0, w0_scale, w0_zero)
        f1 = DequantizeLinear <axis = 0> (w1, w1_scale, w1_zero)
        a = Conv <group = 24, pads = [1, 1, 1, 1]> (x_d, f0)
        \(Self.pair("a"))
        b = Conv <group = 4, pads = [1, 1, 1, 1]> (a_d, f1)
        \(Self.pair("b"))
        s = Sigmoid (a_d)
        \(Self.pair("s"))
        g = Mul (a_d, s_d)
        \(Self.pair("g"))
        y = Concat <axis = 1> (b_d, s_d, g_d)
        \(Self.pair("y"))
      }
      """, step: 0.05)
    #expect(outcome.steps < 1.01)
    #expect(outcome.share < 0.01)
    #expect(outcome.plan.steps.allSatisfy { $0.choice != nil })
  }

  /// A signed result of another operator's kernel, a product over rows, and weights that 8 bits do not hold once their zero
  /// point is taken off, which stay with floats.
  @Test func meetsOperatorsOfOtherLayouts() throws {
    let outcome = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      rows (float[2, 5, 24] x) => (float[2, 5, 8] y_d)
      <\(Self.point("x", 0.016, 3, type: "int8")), \(Self.point("a", 0.03, 10, type: "int8")),
       \(Self.point("t", 0.03, 10, type: "int8")), \(Self.point("y", 0.1, 0, type: "int8")),
       int8[24, 20] w = {\((0..<480).map { "\($0 * 37 % 255 - 127)" }.joined(separator: ", "))},
       float w_scale = {0.005}, int8 w_zero = {0},
       uint8[20, 8] v = {\((0..<160).map { "\($0 * 41 % 256)" }.joined(separator: ", "))},
       float v_scale = {0.005}, uint8 v_zero = {7}>
      {
        \(Self.pair("x"))
        f = DequantizeLinear (w, w_scale, w_zero)
        g = DequantizeLinear (v, v_scale, v_zero)
        a = MatMul (x_d, f)
        \(Self.pair("a"))
        t = Transpose <perm = [1, 0, 2]> (a_d)
        \(Self.pair("t"))
        u = Transpose <perm = [1, 0, 2]> (t_d)
        y = MatMul (u, g)
        \(Self.pair("y"))
      }
      """, step: 0.1)
    #expect(outcome.steps < 1.01)
    #expect(
      outcome.plan.steps.contains {
        $0.operators.contains("MatMul") && $0.operators.contains("QuantizeLinear")
      })
  }

  @Test func operatorsThatStandForIntegers() throws {
    let outcome = try compare(
      """
      <ir_version: 8, opset_import: ["": 17, "com.microsoft": 1]>
      linear (float[2, 16, 7, 7] x) => (float[2, 6] y_d)
      <\(Self.point("x", 0.016, 128)), \(Self.point("a", 0.03, 100)), \(Self.point("s", 0.035, 110)),
       \(Self.point("p", 0.02, 90)), \(Self.point("y", 0.01, 120)),
       \(Self.weights("w0", [16, 16, 3, 3], seed: 1)), \(Self.weights("w1", [6, 16], seed: 2)),
       int32[16] bias = {\((0..<16).map { "\($0 * 300 - 2000)" }.joined(separator: ", "))}>
      {
        x_q = QuantizeLinear (x, x_scale, x_zero)
        a = QLinearConv <pads = [1, 1, 1, 1]> (x_q, x_scale, x_zero, w0, w0_scale, w0_zero, a_scale, a_zero, bias)
        s = com.microsoft.QLinearAdd (x_q, x_scale, x_zero, a, a_scale, a_zero, s_scale, s_zero)
        m = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (s)
        p = com.microsoft.QLinearGlobalAveragePool (m, s_scale, s_zero, p_scale, p_zero)
        v = Flatten (p)
        y = com.microsoft.QGemm <transB = 1> (v, p_scale, p_zero, w1, w1_scale, w1_zero, , y_scale, y_zero)
        y_d = DequantizeLinear (y, y_scale, y_zero)
      }
      """, step: 0.01)
    #expect(outcome.steps < 1.01)
    #expect(outcome.share <= 0.1)
    #expect(outcome.plan.steps.allSatisfy { $0.choice != nil })
    #expect(outcome.plan.steps.contains { $0.operators == ["QLinearConv", "QLinearAdd"] })
  }

  /// Sums are exact: the left zero point comes from the run, from a constant, or is left out; weights are signed or not.
  @Test(arguments: [1, 3]) func integerProductsWithWeights(threads: Int) throws {
    let numbers = (0..<19 * 33).map { $0 &* 7919 % 256 }
    let outcome = try compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      integers (float[3, 5, 19] x) => (int32[3, 5, 33] y)
      <uint8[19, 33] u = {\(numbers.map { "\($0)" }.joined(separator: ", "))},
       int8[19, 33] s = {\(numbers.map { "\($0 - 128)" }.joined(separator: ", "))},
       uint8[33] columns = {\((0..<33).map { "\($0 * 7)" }.joined(separator: ", "))}, int8 one = {-3},
       float scale = {0.016}, int8 zero = {5}>
      {
        q, q_scale, q_zero = DynamicQuantizeLinear (x)
        a = MatMulInteger (q, u, q_zero, columns)
        b = MatMulInteger (q, s)
        r = QuantizeLinear (x, scale, zero)
        c = MatMulInteger (r, s, zero, one)
        ab = Add (a, b)
        y = Add (ab, c)
      }
      """, step: 1, threads: threads)
    #expect(outcome.steps == 0)
    let products = outcome.plan.steps.filter { $0.operators == ["MatMulInteger"] }
    #expect(products.count == 3)
    #expect(products.allSatisfy { $0.choice?.kernel == "matrix multiply, 8-bit integers" })
  }
}

extension DenseTensor {
  fileprivate var doubles: [Double] {
    element == .float32 ? elements(as: Float.self).map(Double.init) : (integers ?? []).map(Double.init)
  }
}
