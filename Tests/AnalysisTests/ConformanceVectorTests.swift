import Analysis
import Network
import Testing

/// Counts that users of other tools found wrong there, with the issue that reports each.
@Suite struct ConformanceVectorTests {
  /// ultralytics/thop#92: 48 MACs, not 192. DeepSpeed PR#8323: the other three.
  @Test(arguments: [
    ("1,3,2,2", "3,1,2,2", "strides = [2,2]", 48),
    ("2,4,8,8", "4,6,4,4", "strides = [2,2], pads = [1,1,1,1]", 49_152),
    ("2,4,8,8", "4,1,3,3", "strides = [2,2], pads = [1,1,1,1], output_padding = [1,1], group = 4", 4_608),
    ("2,6,8,8", "6,2,2,2", "strides = [2,2], group = 3", 6_144),
  ])
  func transposedConvolution(input: String, weight: String, attributes: String, macs: Int) throws {
    let analysis = try Analyses.text(
      """
      transposed (float[\(input)] x) => (float[a,b,c,d] y) <float[\(weight)] w = {}> {
        y = ConvTranspose <\(attributes)> (x, w)
      }
      """)
    #expect(analysis.totals.macs == macs)
  }

  /// pytorch#195460: scaled dot-product attention on 1x12x64x64 is 12,582,912 FLOPs.
  @Test func attentionAsMatrixProducts() throws {
    let analysis = try Analyses.text(
      """
      attention (float[1,12,64,64] q, float[1,12,64,64] k, float[1,12,64,64] v) => (float[1,12,64,64] y) {
        t = Transpose <perm = [0,1,3,2]> (k)
        s = MatMul (q, t)
        p = Softmax <axis = -1> (s)
        y = MatMul (p, v)
      }
      """)
    #expect(analysis.totals.macs == 6_291_456)
    #expect(analysis.totals.flops == 12_582_912)
  }

  /// xformers PR#1402: 4 queries behind 6 earlier keys need 1,536 FLOPs of 1,920 in full.
  @Test func causalAttention() throws {
    let network = try Analyses.network(
      """
      causal (float[1,1,4,8] q, float[1,1,4,8] k, float[1,1,4,16] v, float[1,1,6,8] a, float[1,1,6,16] b)
      => (float[1,1,4,16] y, float[1,1,10,8] c, float[1,1,10,16] d) {
        y, c, d = Attention <is_causal = 1> (q, k, v, , a, b)
      }
      """, header: #"<ir_version: 10, opset_import: ["" : 23]>"#)
    let totals = try Analyzer.analyze(network).totals
    #expect(totals.flops == 1_920)
    #expect(2 * totals.neededMACs == 1_536)
  }

  /// calflops#55: a GRU of 128 features over 10 sequences of 32 steps has 99,072 parameters and 31,457,280 MACs, not 0.
  @Test func recurrentLayer() throws {
    let analysis = try Analyses.text(
      """
      recurrent (float[32,10,128] x) => (float[32,1,10,128] y)
      <float[1,384,128] w = {}, float[1,384,128] r = {}, float[1,768] b = {}> {
        y = GRU <hidden_size = 128> (x, w, r, b)
      }
      """)
    #expect(analysis.totals.parameters.learnable == 99_072)
    #expect(analysis.totals.macs == 31_457_280)
  }

  /// torchinfo#144: a layer applied 100 times has its parameters once, and its work and outputs 100 times.
  @Test func sharedLayer() throws {
    let nodes = (0..<100).map { "  v\($0 + 1) = MatMul (v\($0), w)" }.joined(separator: "\n")
    let analysis = try Analyses.text(
      "shared (float[1,1024] v0) => (float[1,1024] v100) <float[1024,1024] w = {}> {\n\(nodes)\n}")
    #expect(analysis.totals.parameters.learnable == 1_048_576)
    #expect(analysis.totals.macs == 104_857_600)
    #expect(analysis.totals.activations.total?.elements == 101 * 1024)
    #expect(analysis.totals.weightBytes == 4_194_304)
  }

  /// torchinfo#72: 896 parameters and 43,352,064 MACs; 44,957,696 with the bias, which is counted apart.
  @Test func convolutionWithBias() throws {
    let analysis = try Analyses.text(
      """
      bias (float[1,3,224,224] x) => (float[1,32,224,224] y) <float[32,3,3,3] w = {}, float[32] b = {}> {
        y = Conv <kernel_shape = [3,3], pads = [1,1,1,1]> (x, w, b)
      }
      """)
    #expect(analysis.totals.parameters.learnable == 896)
    #expect(analysis.totals.macs == 43_352_064)
    #expect(analysis.totals.macs + analysis.totals.elementwiseOperations == 44_957_696)
  }

  /// onnx-tool's README shows 137.02 M for GPT-2, constants included.
  @Test func tiedWeightsAndConstantsOfGPT2() throws {
    let parameters = try Analyses.fixture("gpt2.onnx").totals.parameters
    #expect(parameters.learnable == 124_439_808)
    #expect(parameters.constants < 100)
  }

  /// onnx-tool#4: a graph that begins in NHWC has MACs and a receptive field.
  @Test func channelsLast() throws {
    let analysis = try Analyses.text(
      """
      nhwc (float[1,8,10,3] x) => (float[1,4,6,8] y) <float[4,3,3,3] w = {}> {
        t = Transpose <perm = [0,3,1,2]> (x)
        y = Conv <kernel_shape = [3,3]> (t, w)
      }
      """)
    #expect(analysis.totals.macs == 4 * 6 * 8 * 27)
    #expect(analysis.totals.receptiveField?.axes.map(\.size) == [3, 3])
  }

  /// onnx#6150: shapes are inferred without reading external data, which may not be there.
  @Test func missingWeights() throws {
    let analysis = try Analyses.fixture("vgg16.onnx")
    #expect(analysis.totals.completeness.isComplete)
    let missing = Finding.Kind.missingExternalFile(location: "vgg16.weights", tensors: 25)
    #expect(analysis.findings.contains { $0.kind == missing })
  }
}
