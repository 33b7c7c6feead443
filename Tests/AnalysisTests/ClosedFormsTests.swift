import Analysis
import Formats
import Network
import TestSupport
import Testing

/// Closed forms against the numeric analysis, which they are to equal at every binding of their domain.
@Suite struct ClosedFormsTests {
  static let files = Fixture.names(endingIn: ".onnx")

  private func forms(_ network: Network, _ options: AnalysisOptions = AnalysisOptions()) throws -> ClosedForms
  {
    let bindings = try Analyzer.analyze(network, options).bindings
    return try ClosedForms.find(network, options, bindings: bindings)
  }

  private func plain(_ form: ClosedForms.Form?) -> [[Int]: Rational] {
    guard case .polynomial(let polynomial)? = form?.expression else { return [:] }
    return Dictionary(
      polynomial.terms.map { ($0.exponents, $0.coefficient) }, uniquingKeysWith: { first, _ in first })
  }

  /// A figure of the numeric analysis.
  private func numeric(_ figure: ClosedForms.Figure, _ totals: Totals) -> Int? {
    let activations = totals.activations
    return switch figure {
    case .macs: totals.macs
    case .flops: totals.flops
    case .elementwiseOperations: totals.elementwiseOperations
    case .operations: totals.operations
    case .bytesMoved: totals.bytesMoved
    case .activationElements: activations.total?.elements
    case .activationBytes: activations.total?.bytes
    case .matrixOutputElements: activations.matrixOutputs?.elements
    case .allTensorElements: activations.allTensors?.elements
    case .peakPairBytes: activations.peakPair?.extent.bytes
    case .peakLivenessBytes: activations.peakLiveness?.extent.bytes
    case .peakBlockInputBytes: activations.peakBlockInput?.extent.bytes
    }
  }

  /// Five bindings that the forms were neither fitted to nor checked with: from 1 to beyond what is common.
  @Test(arguments: files)
  func equalTheNumericAnalysis(file: String) throws {
    let network = try NetworkReader.read(path: Fixture.path(file))
    let closed = try forms(network)
    // Only a network without any symbol has none.
    if closed.symbols.isEmpty {
      #expect(try Analyzer.analyze(network).bindings.isEmpty && closed.forms.isEmpty)
      return
    }
    #expect(closed.held.isEmpty && closed.forms.count == ClosedForms.Figure.allCases.count)
    for extents in [[1, 1], [3, 77], [8, 128], [5, 511], [640, 300]] {
      let extents = Array(extents.prefix(closed.symbols.count))
      var options = AnalysisOptions()
      for (domain, extent) in zip(closed.symbols, extents) { options.dimensions[domain.symbol] = extent }
      let analysis = try Analyzer.analyze(network, options)
      for form in closed.forms where zip(form.from, extents).allSatisfy({ $0 <= $1 }) {
        let value = try #require(form.expression?.value(at: extents), "\(form.figure)")
        #expect(value == numeric(form.figure, analysis.totals), "\(form.figure) at \(extents)")
      }
      for (layer, forms) in zip(analysis.layers, closed.layers) {
        #expect(forms.macs?.value(at: extents) == layer.macs, "\(layer.name) at \(extents)")
      }
    }
  }

  /// 4,089,184,256 as fvcore and torchvision count it; batch alone is open.
  @Test func resNetIsLinearInItsBatch() throws {
    let closed = try forms(NetworkReader.read(path: Fixture.path("resnet50.onnx")))
    #expect(closed.symbols.map(\.symbol) == ["N"])
    #expect(plain(closed.forms.first { $0.figure == .macs }) == [[1]: Rational(4_089_184_256)])
    #expect(closed.forms.allSatisfy { $0.from == [1] })
  }

  /// Worked out by hand: 12 layers of 12 x 768² per token, 2 x 12 x 768 S per token for the scores and their use, a pooler of
  /// 768² per sequence. The table of positions ends at 512.
  @Test func bertIsAPolynomialInBatchAndSequence() throws {
    let closed = try forms(NetworkReader.read(path: Fixture.path("bert_base.onnx")))
    #expect(closed.symbols.map(\.symbol) == ["N", "S"])
    #expect(closed.symbols.map(\.through) == [nil, 512])
    let macs = plain(closed.forms.first { $0.figure == .macs })
    #expect(
      macs == [
        [1, 2]: Rational(12 * 2 * 768), [1, 1]: Rational(12 * 12 * 768 * 768), [1, 0]: Rational(768 * 768),
      ])
  }

  /// A convolution that halves the extent: floor((H + 2 - 3) / 2) + 1 is a polynomial on even extents only.
  @Test func stridesGiveAFormOnMultiples() throws {
    let network = try Analyses.network(
      """
      g (float[1,3,H,8] x) => (float[1,4,h,4] y)
      <float[4,3,3,3] w = {}>
      { y = Conv <strides = [2, 2], pads = [1, 1, 1, 1]> (x, w) }
      """)
    let closed = try forms(network)
    #expect(closed.symbols.map(\.step) == [2])
    let macs = try #require(closed.forms.first { $0.figure == .macs })
    // 4 x (H / 2) x 4 outputs of 27 MACs each.
    #expect(plain(macs) == [[1]: Rational(4 * 4 * 27 / 2)])
    #expect(macs.expression?.value(at: [224]) == 4 * 112 * 4 * 27)
  }

  /// The smaller of a table and what is gathered from it, which is no polynomial in both together.
  @Test func gatheringReadsAtMostTheTable() throws {
    let network = try Analyses.network(
      """
      g (int64[N,S] i) => (float[N,S,2] y)
      <float[10,2] t = {}>
      { y = Gather (t, i) }
      """)
    let closed = try forms(network)
    let form = try #require(closed.forms.first { $0.figure == .bytesMoved })
    // 8 bytes of index and 8 of output for each element, and of the table 80 bytes or 8 for each element.
    for (extents, bytes) in [([1, 3], 48 + 24), ([2, 5], 160 + 80), ([9, 100], 14400 + 80)] {
      #expect(form.expression?.value(at: extents) == bytes)
    }
  }

  /// A symbol that a Reshape fixes stands for its default, and the error names the node.
  @Test func aSymbolThatDoesNotFitIsHeld() throws {
    let network = try Analyses.network(
      """
      g (float[N,4] x, float[S,4] z) => (float[S,4] y)
      <int64[2] shape = {1, 4}>
      { r = Reshape (x, shape)
        y = Add (r, z) }
      """)
    let closed = try forms(network)
    #expect(closed.symbols.map(\.symbol) == ["S"])
    let held = try #require(closed.held.first)
    #expect(held.symbol == "N" && held.value == 1)
    guard case .misfit(.node(let node, _)) = held.reason else {
      Issue.record("the reason is \(held.reason)")
      return
    }
    #expect(node.operator == "Reshape")
    #expect(closed.forms.first { $0.figure == .elementwiseOperations }?.expression?.value(at: [7]) == 28)
  }

  /// Axes that the file says nothing of are named after their input, and can be bound by that name.
  @Test func axesWithoutASymbolHaveAName() throws {
    let network = try Analyses.network(
      """
      g (float[?,3] x) => (float[M,3] y)
      { y = Relu (x) }
      """)
    #expect(try forms(network).symbols.map(\.symbol) == ["x[0]"])
    let bound = try Analyzer.analyze(network, AnalysisOptions(dimensions: ["x[0]": 5]))
    #expect(bound.totals.elementwiseOperations == 15)
    let closed = try ClosedForms.find(
      network, AnalysisOptions(dimensions: ["x[0]": 5]), bindings: bound.bindings)
    #expect(closed.symbols.isEmpty && closed.forms.isEmpty)
  }
}
