import Analysis
import Execution
import Kernels
import Network
import Operators
import Testing

/// Networks that quantise while they run, as ONNX Runtime's `quantize_dynamic` writes them, and quantisers that no integer
/// step takes in: against the interpreter, which runs each operator by itself, bit for bit.
@Suite struct DynamicQuantizationTests {
  private func bytes(_ tensor: DenseTensor) -> [UInt8] {
    withExtendedLifetime(tensor) {
      Array(UnsafeRawBufferPointer(start: tensor.buffer.base, count: tensor.byteCount))
    }
  }

  /// Runs the plan, whose steps must all have prepared kernels, and the interpreter.
  private func expectAgreement(
    _ text: String, threads: Int, _ instructionSet: InstructionSet, tolerance: Double = 0
  ) throws {
    let graph = try inferred(text)
    let plan = try Plan(graph, options: PlanOptions(instructionSet: instructionSet, threads: threads))
    for step in plan.steps {
      #expect(step.choice != nil, "\(step.operators) runs by the operator's own kernel")
    }
    let executor = try Executor(plan)
    var inputs: [String: RuntimeValue] = [:]
    var state: UInt64 = 11
    for port in plan.inputs {
      let tensor = try DenseTensor(port.element, port.dimensions)
      let values = tensor.mutableElements(as: Float.self)
      for index in values.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        values[index] = Float(state >> 40) / Float(1 << 22) - 1.5
      }
      inputs[port.name] = .tensor(tensor)
      try executor.setInput(port.name, to: tensor)
    }
    try executor.run()
    try executor.run()
    let expected = try Interpreter(graph).run(inputs)
    for port in plan.outputs {
      let reference = try #require(expected[port.name]?.tensor)
      let result = try executor.output(port.name)
      if tolerance == 0 {
        #expect(bytes(result) == bytes(reference), "\(port.name)")
      } else {
        let differences = zip(try #require(result.values).doubles, try #require(reference.values).doubles).map
        {
          abs($0 - $1)
        }
        #expect(differences.max() ?? .infinity <= tolerance, "\(port.name)")
      }
      #expect(Set(bytes(reference)).count > 4, "the test's own numbers must not be all alike")
    }
  }

  private static let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

  private static func numbers(_ count: Int, _ modulus: Int) -> String {
    (0..<count).map { "\($0 * 7919 % modulus)" }.joined(separator: ", ")
  }

  @Test(arguments: instructionSets, [1, 2, 3])
  func convolutions(instructionSet: InstructionSet, threads: Int) throws {
    try expectAgreement(
      """
      <ir_version: 8, opset_import: ["": 17]>
      dynamic (float[2, 3, 11, 13] x) => (int32[2, 20, 6, 7] sums, float[2, 20, 6, 7] z)
      <uint8[20, 3, 3, 3] w = {\(Self.numbers(540, 251))}, uint8 w_zero = {117}, float w_scale = {0.01},
       int8[20, 1, 3, 3] v = {\(Self.numbers(180, 120))}, int8 v_zero = {3}, float v_scale = {0.02},
       int32[1, 20, 1, 1] bias = {\(Self.numbers(20, 4001))}>
      {
        q, scale, zero = DynamicQuantizeLinear (x)
        c = ConvInteger <pads = [1, 1, 1, 1], strides = [2, 2]> (q, w, zero, w_zero)
        sums = Add (c, bias)
        f = Cast <to = 1> (sums)
        s = Mul (scale, w_scale)
        y = Mul (f, s)
        q2, scale2, zero2 = DynamicQuantizeLinear (y)
        c2 = ConvInteger <pads = [1, 1, 1, 1], group = 20> (q2, v, zero2, v_zero)
        f2 = Cast <to = 1> (c2)
        s2 = Mul (scale2, v_scale)
        z = Mul (f2, s2)
      }
      """, threads: threads, instructionSet)
  }

  @Test(arguments: instructionSets, [1, 2, 3])
  func quantizersByThemselves(instructionSet: InstructionSet, threads: Int) throws {
    try expectAgreement(
      """
      <ir_version: 8, opset_import: ["": 17]>
      quantizers (float[2, 5, 37] x) => (uint8[2, 5, 37] a, int8[2, 5, 37] b, float[2, 5, 37] c, float[2, 5, 37] d, int8[2, 5, 37] e)
      <float a_scale = {0.013}, uint8 a_zero = {120}, float[5] b_scale = {0.01, 0.002, 0.3, 0.04, 0.5},
       int8[5] b_zero = {0, 1, -2, 3, -4}, float hundredth = {0.01}>
      {
        a = QuantizeLinear (x, a_scale, a_zero)
        b = QuantizeLinear <axis = 1> (x, b_scale, b_zero)
        c = DequantizeLinear (a, a_scale, a_zero)
        d = DequantizeLinear <axis = -2> (b, b_scale, b_zero)
        t, t_scale, t_zero = DynamicQuantizeLinear (d)
        f = DequantizeLinear (t, t_scale, t_zero)
        g = Exp (f)
        h = ReduceMax <keepdims = 0> (g)
        s = Mul (h, hundredth)
        e0 = QuantizeLinear (g, s)
        e = Cast <to = 3> (e0)
      }
      """, threads: threads, instructionSet)
  }

  /// Sums are exact here, and formed in 32-bit floats by the operator: the tolerance is that of adding some hundred numbers.
  @Test(arguments: instructionSets, [1, 2, 3])
  func recurrentLayers(instructionSet: InstructionSet, threads: Int) throws {
    for (type, modulus, columns) in [("uint8", 251, 2), ("int8", 120, 160)] {
      let scales = (0..<columns).map { "0.00\(10 + $0 * 7 % 60)" }.joined(separator: ", ")
      let extents = columns == 2 ? "2" : "2, 80"
      let zeros = (0..<columns).map { "\(type == "int8" ? $0 % 5 : 120 + $0)" }.joined(separator: ", ")
      try expectAgreement(
        """
        <ir_version: 8, opset_import: ["": 17, "com.microsoft": 1]>
        memory (float[7, 3, 9] x, float[2, 3, 20] h, float[2, 3, 20] c) => (float[7, 2, 3, 20] y, float[2, 3, 20] yh, float[2, 3, 20] yc)
        <\(type)[2, 9, 80] w = {\(Self.numbers(1440, modulus))}, \(type)[2, 20, 80] r = {\(Self.numbers(3200, modulus))},
         float[\(extents)] scale = {\(scales)}, \(type)[\(extents)] zero = {\(zeros)}, int32[3] n = {7, 4, 6}>
        {
          y, yh, yc = com.microsoft.DynamicQuantizeLSTM <hidden_size = 20, direction = "bidirectional">
            (x, w, r, , n, h, c, , scale, zero, scale, zero)
        }
        """, threads: threads, instructionSet, tolerance: 1e-5)
    }
  }

  /// Blocks of scales, and quotients of 16 bits, are left to the operators.
  @Test func otherScalesAreNot() throws {
    let graph = try inferred(
      """
      <ir_version: 10, opset_import: ["": 23]>
      blocks (float[2, 4] x) => (uint8[2, 4] y, uint8[2, 4] z)
      <float[2, 2] scale = {0.1, 0.2, 0.3, 0.4}, float one = {0.1}>
      {
        y = QuantizeLinear <axis = 1, block_size = 2> (x, scale)
        z = QuantizeLinear <precision = 10> (x, one)
      }
      """)
    #expect(try Plan(graph).steps.allSatisfy { $0.choice == nil })
  }

  /// What lies outside the padding's reach: a halo that no layout holds.
  @Test func wideBordersAreLeftToTheOperator() throws {
    let graph = try inferred(
      """
      <ir_version: 8, opset_import: ["": 17]>
      wide (uint8[1, 1, 2, 2] x) => (int32[1, 1, 202, 202] y)
      <uint8[1, 1, 1, 1] w = {3}>
      { y = ConvInteger <pads = [100, 100, 100, 100]> (x, w) }
      """)
    #expect(try Plan(graph).steps.allSatisfy { $0.choice == nil })
  }
}
