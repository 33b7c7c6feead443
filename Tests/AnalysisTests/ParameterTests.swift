import Analysis
import Formats
import Network
import TestSupport
import Testing

/// Where weights live in real files, and what is no weight.
@Suite struct ParameterTests {
  private func count(_ text: String) throws -> ParameterCounts {
    try Analyses.text(text).totals.parameters
  }

  /// The TorchScript exporter stores equal tensors once and names them again through Identity.
  @Test func aliasesAreOneTensor() throws {
    let parameters = try count(
      """
      alias (float[1,4] x) => (float[1,4] y) <float[4,4] w = {}> {
        v = Identity (w)
        a = MatMul (x, w)
        y = MatMul (a, v)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 16))
  }

  @Test func constantNodes() throws {
    let parameters = try count(
      """
      nodes (float[1,2] x) => (float[1,2] y) {
        w = Constant <value = float[2,2] {1,2,3,4}> ()
        b = Constant <value = float[2] {1,2}> ()
        s = Constant <value = float[1] {0.5}> ()
        m = MatMul (x, w)
        a = Add (m, b)
        y = Mul (a, s)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 6, constants: 1))
  }

  /// The light models of the ONNX project make their weights at run time.
  @Test func constantOfShape() throws {
    let analysis = try Analyses.text(
      """
      light (float[1,3,4,4] x) => (float[1,8,2,2] y) <int64[4] shape = {8,3,3,3}> {
        w = ConstantOfShape (shape)
        y = Conv (x, w)
      }
      """)
    #expect(analysis.totals.parameters == ParameterCounts(learnable: 216, constants: 4))
    #expect(analysis.totals.weightBytes == 0)
  }

  /// Masks of windows as Swin stores them, beside a table that is learned: zeros and -100 in a matrix are no weights.
  @Test func writtenMasks() throws {
    let parameters = try count(
      """
      masks (float[1,2,2] x) => (float[1,2,2] y)
      <float[1,2,2] mask = {0,-100,-100,0}, float[1,2,2] table = {0,-100,-90,0}, float[2] bias = {0,-100}> {
        a = Add (x, mask)
        b = Add (a, table)
        y = Add (b, bias)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 6, constants: 4))
  }

  /// The same mask as a program makes it, from zeros of the type of something computed into which regions are written.
  @Test func computedMasks() throws {
    let parameters = try count(
      """
      masks (float[2,2] x) => (float[2,2] y)
      <int64[2] shape = {2,2}, int64[1,2] place = {0,1}, float[1] update = {1}, float zero = {0}, float hidden = {-100}> {
        made = ConstantOfShape (shape)
        zeros = CastLike (made, x)
        regions = ScatterND (zeros, place, update)
        isSame = Equal (regions, zero)
        mask = Where (isSame, regions, hidden)
        y = Add (x, mask)
      }
      """)
    #expect(parameters.learnable == 0)
  }

  /// PyTorch's exporter says of each tensor what it was in the program: a gain of one number is learned, a table that is a
  /// buffer is not, and zeros of which nothing is said are the exporter's own. Of a file that says nothing, the readers decide.
  @Test(arguments: [
    (true, ParameterCounts(learnable: 5, constants: 6)),
    (false, ParameterCounts(learnable: 10, constants: 1)),
  ])
  func notedUses(areNoted: Bool, expected: ParameterCounts) throws {
    let kinds = [
      ("gain", [1], "PARAMETER"), ("w", [2, 2], "PARAMETER"), ("table", [4], "BUFFER"), ("bias", [2], ""),
    ]
    let model = ProtobufEncoder.model { graph in
      graph.input("x", [1, 2])
      graph.output("y", [1, 2])
      for (name, dimensions, kind) in kinds {
        let count = dimensions.reduce(1, *)
        graph.initializer(name, 1, dimensions) {
          $0.packed(4, floats: Array(repeating: name == "bias" ? 0 : 0.5, count: count))
        }
        if areNoted, !kind.isEmpty { graph.note(name, kind) }
      }
      graph.node("Concat", ["x", "x"], ["wide"]) {
        $0.attribute("axis", type: 2) { $0.integer(3, 1) }
      }
      graph.node("Mul", ["wide", "table"], ["scaled"])
      graph.node("MatMul", ["x", "w"], ["product"])
      graph.node("Gemm", ["product", "w", "bias"], ["dense"])
      graph.node("ReduceMax", ["scaled"], ["most"])
      graph.node("Mul", ["dense", "gain"], ["gained"])
      graph.node("Add", ["gained", "most"], ["y"])
    }
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let network = try NetworkReader.read(path: folder.write(model.bytes, to: "noted.onnx"))
    #expect(try Analyzer.analyze(network).totals.parameters == expected)
  }

  /// torch.onnx writes GroupNorm(2, 4) as an InstanceNormalization whose scale and offset are its own ones and zeros, then the
  /// trained ones. A scale that is not all ones is trained.
  @Test(arguments: [(Float(1), 4), (Float(0.5), 6)])
  func scalesOfOnesAreTheExporters(scale: Float, learnable: Int) throws {
    let model = ProtobufEncoder.model { graph in
      graph.input("x", [1, 2, 8])
      graph.output("y", [1, 2, 8])
      graph.initializer("one", 1, [2]) { $0.packed(4, floats: [scale, scale]) }
      graph.initializer("zero", 1, [2]) { $0.packed(4, floats: [0, 0]) }
      graph.initializer("gain", 1, [2, 1]) { $0.packed(4, floats: [1, 1]) }
      graph.initializer("offset", 1, [2, 1]) { $0.packed(4, floats: [0, 0]) }
      for name in ["gain", "offset"] { graph.note(name, "PARAMETER") }
      graph.node("InstanceNormalization", ["x", "one", "zero"], ["normal"])
      graph.node("Mul", ["normal", "gain"], ["scaled"])
      graph.node("Add", ["scaled", "offset"], ["y"])
    }
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let network = try NetworkReader.read(path: folder.write(model.bytes, to: "group.onnx"))
    #expect(try Analyzer.analyze(network).totals.parameters.learnable == learnable)
  }

  @Test func batchNormalizationHasBuffers() throws {
    let parameters = try count(
      """
      norm (float[1,3,4,4] x) => (float[1,3,4,4] y)
      <float[3] s = {}, float[3] b = {}, float[3] m = {}, float[3] v = {}> {
        y = BatchNormalization (x, s, b, m, v)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 6, buffers: 6))
  }

  /// An 8-bit weight behind DequantizeLinear is learnable; its scale and zero point are constants.
  @Test func quantizedWeights() throws {
    let analysis = try Analyses.text(
      """
      quantized (float[1,4] x) => (float[1,4] y) <int8[4,4] w = {}, float[4] s = {}, int8[4] z = {}> {
        d = DequantizeLinear <axis = 1> (w, s, z)
        y = MatMul (x, d)
      }
      """)
    #expect(analysis.totals.parameters == ParameterCounts(learnable: 16, constants: 8))
    #expect(analysis.totals.weightBytes == 16)
    #expect(analysis.totals.weightBytesByType.map(\.type) == [.int8])
  }

  /// Masks, limits and shapes are no weights, whatever their size; a class token is one.
  @Test func settingsAreNoWeights() throws {
    let parameters = try count(
      """
      settings (float[1,4] x, bool[1,4] c) => (float[2,4] y)
      <float low = {0}, float high = {6}, float[1,4] mask = {}, float[1,4] token = {}, int64[2] all = {1,4}> {
        a = Clip (x, low, high)
        b = Where (c, a, mask)
        d = Reshape (b, all)
        y = Concat <axis = 0> (token, d)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 4, constants: 8))
  }

  /// A single number is a weight where the operator trains it.
  @Test func singleNumbers() throws {
    let parameters = try count(
      """
      single (float[1,1,4,4] x) => (float[1,1,4,4] y) <float[1,1,1,1] w = {}, float[1] b = {}, float[1] slope = {}> {
        c = Conv (x, w, b)
        y = PRelu (c, slope)
      }
      """)
    #expect(parameters == ParameterCounts(learnable: 3))
  }

  /// Each tensor belongs to the first layer that uses it, so layers add up to the total.
  @Test func layersAddUp() throws {
    let analysis = try Analyses.fixture("gpt2.onnx")
    let sum = analysis.layers.reduce(0) { $0 + $1.parameters.learnable }
    #expect(sum == analysis.totals.parameters.learnable)
    #expect(analysis.layers.last?.parameters.learnable == 0)
  }
}

extension ProtobufEncoder {
  /// What PyTorch's exporter says of a stored value: its `torch.export.graph_signature.InputKind`.
  fileprivate mutating func note(_ name: String, _ kind: String) {
    message(13) { value in
      value.string(1, name)
      value.message(4) {
        $0.string(1, "pkg.torch.export.graph_signature.InputSpec.kind")
        $0.string(2, kind)
      }
    }
  }
}
