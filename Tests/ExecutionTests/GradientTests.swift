import Analysis
import Execution
import Network
import Operators
import Testing

/// Gradients as numbers. Expected values are those of PyTorch 2.15 (`torch.autograd.grad` of the sum of `y`, in 64 bits) unless a
/// comment gives the derivative in closed form.
@Suite struct GradientTests {
  struct Input: Sendable {
    var name: String
    var extents: [Int]
    var values: [Float]

    init(_ name: String, _ extents: [Int], _ values: [Float]) {
      (self.name, self.extents, self.values) = (name, extents, values)
    }

    var declaration: String {
      extents.isEmpty ? "float \(name)" : "float[\(extents.map(String.init).joined(separator: ","))] \(name)"
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var independents: [String]
    var parameters: [String]
    var body: String
    var inputs: [Input]
    var gradients: [[Float]]

    init(
      _ name: String, by independents: [String], given parameters: [String] = [], _ body: String,
      _ inputs: [Input], _ gradients: [[Float]]
    ) {
      testDescription = name
      (self.independents, self.parameters) = (independents, parameters)
      (self.body, self.inputs, self.gradients) = (body, inputs, gradients)
    }
  }

  private static let header = #"<ir_version: 8, opset_import: ["": 17, "ai.onnx.preview.training": 1]>"#

  private static func gradient(_ xs: [String], _ zs: [String] = [], of y: String) -> String {
    func list(_ names: [String]) -> String { "[\(names.map { "\"\($0)\"" }.joined(separator: ", "))]" }
    let parameters = zs.isEmpty ? "" : "zs = \(list(zs)), "
    return "ai.onnx.preview.training.Gradient <xs = \(list(xs)), \(parameters)y = \"\(y)\">"
  }

  /// The outputs in the graph's order, by the way that `assay run` takes and by the interpreter alone, which must agree.
  private func outputs(_ text: String, _ inputs: [Input]) throws -> [[Float]] {
    let graph = try inferred(Self.header + "\n" + text)
    let values = Dictionary(
      uniqueKeysWithValues: inputs.map { ($0.name, RuntimeValue.tensor(.float32($0.values, $0.extents))) })
    let planned = try Inference(graph, inputs: values).outputs.map { Self.floats($0.value) }
    let interpreted = try Interpreter(graph).run(values)
    for (output, found) in zip(graph.graph.outputs, planned) {
      expect(found, interpreted[graph.graph[output].name].map(Self.floats) ?? [])
    }
    return planned
  }

  private static func floats(_ value: RuntimeValue) -> [Float] {
    value.tensor.map { Array($0.elements(as: Float.self)) } ?? []
  }

  private func expect(
    _ found: [Float], _ expected: [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (a, b) in zip(found, expected) {
      // The expected numbers have six digits.
      #expect(abs(a - b) <= 1e-5 * max(1, abs(b)), "\(found), \(expected)", sourceLocation: sourceLocation)
    }
  }

  // MARK: - Operators

  @Test(
    arguments: [
      ("Exp", [0.22313, 1.28403, 3.49034]), ("Sin", [0.0707372, 0.968912, 0.315322]),
      ("Cos", [0.997495, -0.247404, -0.948985]), ("Tan", [199.85, 1.0652, 10.0575]),
      ("Sinh", [2.35241, 1.03141, 1.88842]), ("Cosh", [-2.12928, 0.252612, 1.60192]), ("Abs", [-1, 1, 1]),
      ("Relu", [0, 1, 1]), ("Sigmoid", [0.149146, 0.246134, 0.173105]),
      ("Tanh", [0.180707, 0.940015, 0.280415]), ("Softplus", [0.182426, 0.562177, 0.7773]),
      ("Erf", [0.11893, 1.06001, 0.236521]), ("Neg", [-1, -1, -1]), ("Floor", [0, 0, 0]),
      ("Identity", [1, 1, 1]),
    ] as [(String, [Float])])
  func functions(name: String, expected: [Float]) throws {
    let text = "g (float[3] a) => (float[3] d) { y = \(name) (a) d = \(Self.gradient(["a"], of: "y")) (a) }"
    expect(try outputs(text, [.init("a", [3], [-1.5, 0.25, 1.25])])[0], expected)
  }

  @Test(
    arguments: [
      ("Log", [4, 1, 1 / 3]), ("Sqrt", [1, 0.5, 0.288675]), ("Reciprocal", [-16, -1, -1 / 9]),
    ] as [(String, [Float])])
  func functionsOfPositiveNumbers(name: String, expected: [Float]) throws {
    let text = "g (float[3] a) => (float[3] d) { y = \(name) (a) d = \(Self.gradient(["a"], of: "y")) (a) }"
    expect(try outputs(text, [.init("a", [3], [0.25, 1, 3])])[0], expected)
  }

  static let cases = [
    Case(
      "a layer, its activation and a loss", by: ["w", "b", "v"], given: ["x", "t"],
      """
      h = MatMul (x, w) i = Add (h, b) j = Relu (i) k = MatMul (j, v) e = Sub (k, t) s = Mul (e, e)
      y = ReduceMean <keepdims = 0> (s)
      """,
      [
        .init("w", [2, 3], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75]), .init("b", [3], [0.1, 0.2, -0.3]),
        .init("v", [3, 1], [1.0, -2.0, 0.5]), .init("x", [2, 2], [1.0, 2.0, -1.0, 0.5]),
        .init("t", [2, 1], [0.5, 1.0]),
      ],
      [[7.5, -5.6, 2.35, 8, 2.8, 4.7], [1.9, 5.6, 2.35], [15.94, -3.01, 15.04]]),
    Case(
      "cross entropy", by: ["a"], given: ["t"],
      "l = LogSoftmax <axis = -1> (a) p = Mul (l, t) s = ReduceSum <keepdims = 0> (p) y = Neg (s)",
      [
        .init("a", [2, 3], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75]),
        .init("t", [2, 3], [1.0, 0.0, 0.0, 0.0, 0.5, 0.5]),
      ],
      [[-0.82471, 0.0391126, 0.785597, 0.607482, -0.394436, -0.213046]]),
    Case(
      "attention of a row", by: ["a", "b"],
      "k = Transpose <perm = [1, 0]> (b) s = MatMul (a, k) p = Softmax (s) y = MatMul (p, b)",
      [.init("a", [1, 2], [0.5, -1.0]), .init("b", [3, 2], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75])],
      [[0.653654, 1.19198], [0.529748, 1.26032, 0.360805, -0.318487, 0.109446, 0.0581694]]),
    Case(
      "stretched operands", by: ["a", "b", "c"], "d = Div (a, b) p = Pow (d, c) y = Mul (p, a)",
      [
        .init("a", [2, 1, 2], [0.5, 1.0, 2.0, 1.5]), .init("b", [2, 1], [1.0, 4.0]), .init("c", [], [1.5]),
      ],
      [[0.994369, 2.8125, 7.95495, 5.16689], [-14.384, -0.449499], [3.86861]]),
    Case(
      "transposed matrices", by: ["a", "b", "c"],
      "y = Gemm <transA = 1, transB = 1, alpha = 0.5, beta = 2.0> (a, b, c)",
      [
        .init("a", [3, 2], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75]), .init("b", [1, 3], [1.0, 2.0, -1.0]),
        .init("c", [1], [3.0]),
      ],
      [[0.5, 0.5, 1, 1, -0.5, -0.5], [-0.25, 1.75, 0.25], [4]]),
    Case(
      "batches of matrices, and a vector", by: ["a", "b", "c"], "m = MatMul (a, b) y = MatMul (m, c)",
      [
        .init("a", [2, 1, 1, 2], [1.0, 2.0, 3.0, -1.0]),
        .init("b", [2, 2, 2], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75, 1.0, -2.0]), .init("c", [2], [1.0, -3.0]),
      ],
      [[1, 4.5, 1, 4.5], [4, -12, 1, -3, 4, -12, 1, -3], [4, -1.5]]),
    Case(
      "cut and joined", by: ["a", "b"],
      """
      sizes = Constant <value_ints = [1, 2]> () p, q = Split <axis = 1> (a, sizes) r = Concat <axis = 0> (q, b)
      f = Flatten <axis = 0> (r) m = ReduceMean <axes = [1], keepdims = 0> (f) y = Mul (m, m)
      """,
      [.init("a", [2, 3], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75]), .init("b", [1, 2], [1.0, 2.0])],
      [[0, 0.25, 0.25, 0, 0.25, 0.25], [0.25, 0.25]]),
    Case(
      "a choice", by: ["a", "b"], "c = Greater (a, b) w = Where (c, a, b) y = Mul (w, w)",
      [
        .init("a", [2, 3], [0.5, -1.0, 2.0, 1.5, -0.25, 0.75]), .init("b", [3], [0.0, 0.5, 1.0]),
      ],
      [[1, 0, 4, 3, 0, 0], [0, 2, 2]]),
    // 2x, also where x is 0; of the power 0 the slope is 0.
    Case(
      "powers that the file gives", by: ["a", "b"],
      "two = Constant <value_float = 2.0> () p = Pow (a, two) none = Constant <value_int = 0> () q = Pow (b, none) y = Add (p, q)",
      [.init("a", [3], [-1, 0, 3]), .init("b", [3], [-1, 0, 3])], [[-2, 0, 6], [0, 0, 0]]),
    // One element is used in six places, twice.
    Case(
      "one number for many", by: ["a"],
      "s = Constant <value_ints = [2, 3]> () e = Expand (a, s) u = Unsqueeze (e, one) z = Squeeze (u, one) one = Constant <value_ints = [1]> () y = Sum (z, a)",
      [.init("a", [1], [5])], [[12]]),
  ]

  @Test(arguments: cases) func networks(_ test: Case) throws {
    let results = test.independents.map { "d_\($0)" }
    let arguments = (test.independents + test.parameters).joined(separator: ", ")
    let text = """
      g (\(test.inputs.map(\.declaration).joined(separator: ", "))) => (\(results.joined(separator: ", "))) {
        \(test.body)
        \(results.joined(separator: ", ")) = \(Self.gradient(test.independents, test.parameters, of: "y")) (\(arguments))
      }
      """
    for (found, expected) in zip(try outputs(text, test.inputs), test.gradients) { expect(found, expected) }
  }

  // MARK: - What a gradient may be asked of

  /// f = a^3 b: f' by a is 3 a^2 b, its own derivatives 6 a b and 3 a^2.
  @Test func gradientsOfGradients() throws {
    let text = """
      g (float[2] a, float[2] b) => (first, byA, byB) {
        s = Mul (a, a) c = Mul (s, a) f = Mul (c, b)
        first = \(Self.gradient(["a"], ["b"], of: "f")) (a, b)
        byA, byB = \(Self.gradient(["a", "b"], of: "first")) (a, b)
      }
      """
    let found = try outputs(text, [.init("a", [2], [2, -1]), .init("b", [2], [5, 3])])
    expect(found[0], [60, 9])
    expect(found[1], [60, -18])
    expect(found[2], [12, 3])
  }

  /// The derivatives of sin(a) b are cos(a) b and sin(a), at the values given rather than at those of the graph, whose shapes
  /// are others: at 0 they are b and 0.
  @Test func otherValues() throws {
    let text = """
      g (float[2] a, float[2] b, float[3] h) => (y, byA, byB) {
        zero = Sub (h, h) s = Sin (a) y = Mul (s, b)
        byA, byB = \(Self.gradient(["a", "b"], of: "y")) (zero, h)
      }
      """
    let found = try outputs(
      text, [.init("a", [2], [1, 2]), .init("b", [2], [3, 4]), .init("h", [3], [5, 6, 7])])
    expect(found[0], [2.52441, 3.63719])
    expect(found[1], [5, 6, 7])
    expect(found[2], [0, 0, 0])
  }

  /// One value may stand for several, and two for each other: each keeps the gradient of its own name. Of a b^2 they are b^2, 2ab.
  @Test func valuesThatStandForOthers() throws {
    let text = """
      g (float a, float b) => (sameA, sameB, swappedA, swappedB) {
        s = Mul (b, b) y = Mul (a, s)
        sameA, sameB = \(Self.gradient(["a", "b"], of: "y")) (a, a)
        swappedA, swappedB = \(Self.gradient(["a", "b"], of: "y")) (b, a)
      }
      """
    let found = try outputs(text, [.init("a", [], [3]), .init("b", [], [5])])
    #expect(found == [[9], [18], [9], [30]])
  }

  /// By a value inside the graph: h = 2a is 6, and h^2 has the slope 12 there.
  @Test func valuesInside() throws {
    let text = """
      g (float a) => (d) { h = Add (a, a) y = Mul (h, h) d = \(Self.gradient(["h"], of: "y")) (h) }
      """
    #expect(try outputs(text, [.init("a", [], [3])]) == [[12]])
  }

  /// What does not depend on a value has the slope 0; a value has the slope 1 by itself.
  @Test func independentAndSame() throws {
    let text = """
      g (float[2] a, float[3] b) => (byA, byB, self) {
        y = Exp (a)
        byA, byB = \(Self.gradient(["a", "b"], of: "y")) (a, b)
        self = \(Self.gradient(["b"], of: "b")) (b)
      }
      """
    let found = try outputs(text, [.init("a", [2], [0, 1]), .init("b", [3], [1, 2, 3])])
    expect(found[0], [1, 2.71828])
    #expect(found[1] == [0, 0, 0])
    #expect(found[2] == [1, 1, 1])
  }

  /// Integers that follow from a value, such as its extents, do not vary with it: a^2 / 3.
  @Test func extents() throws {
    let text = """
      g (float[3] a) => (d) {
        n = Size (a) f = Cast <to = 1> (n) q = Div (a, f) y = Mul (q, a) d = \(Self.gradient(["a"], of: "y")) (a)
      }
      """
    expect(try outputs(text, [.init("a", [3], [1.5, 3, 6])])[0], [1, 2, 4])
  }

  /// The node may stand before those that it asks about, and leave outputs out.
  @Test func anyOrder() throws {
    let text = """
      g (float a, float b) => (d, y) {
        , d = \(Self.gradient(["a", "b"], of: "y")) (a, b)
        s = Mul (b, b) y = Mul (s, a)
      }
      """
    #expect(try outputs(text, [.init("a", [], [3]), .init("b", [], [5])]) == [[30], [75]])
  }

  /// In a function, names are those of its body, whatever the values are called where it is used.
  @Test func functionBodies() throws {
    let text = """
      <ir_version: 8, opset_import: ["": 17, "local": 1]>
      g (float[2] y, float[2] a) => (slope) { slope = local.slope (a, y) }
      <domain: "local", opset_import: ["": 17, "ai.onnx.preview.training": 1]>
      slope (a, b) => (d) {
        y = Mul (a, b)
        d = \(Self.gradient(["a"], ["b"], of: "y")) (a, b)
      }
      """
    let graph = try inferred(text)
    let found = try Interpreter(graph).run([
      "y": .tensor(.float32([5, 7])), "a": .tensor(.float32([2, 3])),
    ])
    #expect(found["slope"].map(Self.floats) == [5, 7])
  }

  // MARK: - What is refused

  private func refusal(_ text: String, _ inputs: [String: [Float]]) throws -> ExecutionError? {
    let graph = try inferred(Self.header + "\n" + text)
    do throws(ExecutionError) {
      _ = try Inference(graph, inputs: inputs.mapValues { .tensor(.float32($0)) })
      return nil
    } catch {
      return error
    }
  }

  /// Of operators without a rule the run says which stands in the way.
  @Test func operatorsWithoutRule() throws {
    let text = """
      g (float[2] a) => (float[2] d) { s = CumSum (a, zero) zero = Constant <value_int = 0> () y = Mul (s, s)
        d = \(Self.gradient(["a"], of: "y")) (a) }
      """
    guard
      case .node(_, "Gradient", .unsupported("the derivative of CumSum"))? = try refusal(text, ["a": [1, 2]])
    else {
      Issue.record("another answer")
      return
    }
  }

  /// A value that follows from its own gradient has none.
  @Test func circles() throws {
    let text = """
      g (float[2] a) => (float[2] y) { d = \(Self.gradient(["a"], of: "y")) (a) y = Mul (a, d) }
      """
    guard
      case .node(_, "Gradient", .unsupported("gradients of gradients that come later"))? = try refusal(
        text, ["a": [1, 2]])
    else {
      Issue.record("another answer")
      return
    }
  }

  @Test func nestedGraphs() throws {
    let text = """
      g (float[2] a) => (float[2] d) { y = Mul (a, a) sum = ReduceSum <keepdims = 0> (a) c = Cast <to = 9> (sum)
        d = If <
          then_branch = one () => (float[2] p) { p = \(Self.gradient(["a"], of: "y")) (a) },
          else_branch = two () => (float[2] q) { q = Identity (a) }> (c) }
      """
    guard case .node(_, "If", .unsupported("gradients in nested graphs"))? = try refusal(text, ["a": [1, 2]])
    else {
      Issue.record("another answer")
      return
    }
  }
}
