import Analysis
import Network
import Testing

/// What gradients cost, and what a file may not make of them. Their numbers are tested where networks run.
@Suite struct GradientExpansionTests {
  private static let header = #"<ir_version: 8, opset_import: ["" : 17, "ai.onnx.preview.training" : 1]>"#
  private static let gradient = "ai.onnx.preview.training.Gradient"

  private func analysis(_ text: String, _ options: AnalysisOptions = AnalysisOptions()) throws
    -> StaticAnalysis
  {
    try Analyses.text(text, options, header: Self.header)
  }

  /// A product of 2x3 by 3x4 has 24 MACs, and so has that of either gradient; nothing more is stored.
  @Test func work() throws {
    let found = try analysis(
      """
      g (float[2,3] x) => (dx, dw) <float[3,4] w = {}> {
        h = MatMul (x, w) y = Mul (h, h)
        dx, dw = \(Self.gradient) <xs = ["x", "w"], y = "y"> (x, w)
      }
      """)
    #expect(found.totals.completeness.isComplete)
    #expect(found.totals.macs == 72)
    #expect(found.totals.parameters.learnable == 12)
    #expect(found.totals.parameters.constants == 0)
    #expect(
      found.network.outputs.map(\.type) == [
        .tensor(TensorType(.float32, [2, 3])), .tensor(TensorType(.float32, [3, 4])),
      ])
  }

  /// The steps of a loss are at hand for its gradient; they are not computed twice.
  @Test func reuse() throws {
    let text = """
      g (float[2,3] x) => (y, dw) <float[3,4] w = {}> {
        h = MatMul (x, w) e = Exp (h) y = ReduceSum <keepdims = 0> (e)
        dw = \(Self.gradient) <xs = ["w"], zs = ["x"], y = "y"> (w, x)
      }
      """
    #expect(try analysis(text).totals.macs == 48)
    let elsewhere = text.replacing("(w, x)", with: "(w, other)").replacing(
      "x) =>", with: "x, float[2,3] other) =>")
    #expect(try analysis(elsewhere).totals.macs == 72)
  }

  /// What cannot be differentiated has types, is named and makes the totals lower bounds.
  @Test func withoutRule() throws {
    let found = try analysis(
      """
      g (float[1,1,4,4] x) => (dx) <float[1,1,3,3] w = {}> {
        y = Conv (x, w)
        dx = \(Self.gradient) <xs = ["x"], y = "y"> (x)
      }
      """)
    #expect(found.totals.completeness.uncounted == [.init(operator: Self.gradient, count: 1)])
    #expect(found.network.outputs[0].type == .tensor(TensorType(.float32, [1, 1, 4, 4])))
    #expect(found.findings.map(\.kind) == [.noGradient(reason: "the derivative of Conv")])
  }

  /// Whether an operand was stretched cannot be told without its extents.
  @Test func unknownExtents() throws {
    let found = try analysis(
      """
      g (float[4] x, float[4] z) => (dx) {
        n = NonZero (z) r = Squeeze (n, zero) zero = Constant <value_ints = [0]> () f = Cast <to = 1> (r)
        k = Gather (x, r) s = Identity (f)
        y = Mul (s, f)
        dx = \(Self.gradient) <xs = ["s"], zs = ["f"], y = "y"> (k, f)
      }
      """)
    #expect(found.totals.completeness.uncounted.map(\.operator).contains(Self.gradient))
  }

  /// Forms of operators whose derivative would not be that of the others.
  @Test(arguments: [
    (
      6, "y = Mul <axis = 0, broadcast = 1> (x, w)",
      "Mul: this build does not support broadcasting along axes in the middle"
    ),
    (17, "y = Mul (x)", "Mul: input 1 is required and left out"),
    (17, "y, = Split <axis = 0> (x, parts)", nil),
    (17, ", y = Split <axis = 0> (x, parts)", "Split: this build does not support outputs that are left out"),
  ])
  func unusualForms(version: Int, node: String, reason: String?) throws {
    let found = try Analyses.text(
      """
      g (float[3,3] x, float[3] w) => (dx) <int64[2] parts = {1, 2}> {
        \(node)
        dx = \(Self.gradient) <xs = ["x"], zs = ["w"], y = "y"> (x, w)
      }
      """, header: #"<ir_version: 8, opset_import: ["" : \#(version), "ai.onnx.preview.training" : 1]>"#)
    #expect(
      found.findings.map(\.kind) == (reason.map { [.noGradient(reason: "the derivative of \($0)")] } ?? []))
    #expect(found.totals.completeness.isComplete == (reason == nil))
  }

  // MARK: - Files that ask for what is not there

  @Test(arguments: [
    (#"xs = ["q"], y = "y""#, "(x)"), (#"xs = ["x"], zs = ["q"], y = "y""#, "(x, x)"),
    (#"xs = ["x"], y = "q""#, "(x)"),
    (#"xs = [""], y = "y""#, "(x)"), (#"xs = ["x"], y = """#, "(x)"),
    (#"xs = ["x", "x"], y = "y""#, "(x, x)"),
    (#"xs = ["x"], zs = ["x"], y = "y""#, "(x, x)"), (#"xs = ["x"], y = "y""#, "(x, x)"),
    (#"xs = ["x", "i"], y = "y""#, "(x, i)"), (#"xs = ["x", "i"], y = "y""#, "(x)"), (#"y = "y""#, "()"),
    (#"xs = ["x"]"#, "(x)"), (#"xs = "x", y = "y""#, "(x)"), (#"xs = ["x"], zs = ["i"], y = "y""#, "(x, )"),
  ])
  func refused(attributes: String, inputs: String) throws {
    let text = """
      g (float[2] x, int64[2] i) => (dx) { y = Exp (x) dx = \(Self.gradient) <\(attributes)> \(inputs) }
      """
    #expect {
      try analysis(text)
    } throws: { error in
      guard case .node(let node, _)? = error as? AnalysisError else { return false }
      return node.operator == "Gradient"
    }
  }

  /// Gradients count as what they become, by nodes and by the bytes of their names.
  @Test func limits() throws {
    let text = """
      g (float[2] x) => (dx) { y = Exp (x) dx = \(Self.gradient) <xs = ["x"], y = "y"> (x) }
      """
    var options = AnalysisOptions()
    // A seed of two nodes, the product and the name of the output.
    options.limits.expandedNodes = 4
    #expect(try analysis(text, options).totals.completeness.isComplete)
    options.limits.expandedNodes = 3
    #expect(throws: AnalysisError.tooManyNodes(limit: 3)) { try analysis(text, options) }
    options = AnalysisOptions()
    options.limits.expandedNameBytes = 20
    #expect(throws: AnalysisError.namesTooLong(limit: 20)) { try analysis(text, options) }
  }

  /// Three hundred gradients of a chain of three hundred nodes, none of which varies: looked at within bounds.
  @Test func manyGradientsOfALongGraph() throws {
    let chain = (1...300).map { "v\($0) = Neg (v\($0 - 1))" }.joined(separator: "\n")
    let gradients = (1...300).map { "d\($0) = \(Self.gradient) <xs = [\"x\"], y = \"v300\"> (x)" }
      .joined(separator: "\n")
    let text = """
      g (float[2] x, float[2] v0) => (d1) {
        \(chain)
        \(gradients)
      }
      """
    var options = AnalysisOptions()
    options.limits.expandedNodes = 1000
    #expect(throws: AnalysisError.tooManyNodes(limit: 1000)) { try analysis(text, options) }
    #expect(try analysis(text).totals.completeness.isComplete)
  }
}
