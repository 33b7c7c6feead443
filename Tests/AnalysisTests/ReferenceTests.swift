import Analysis
import Foundation
import TestSupport
import Testing

/// What the frameworks themselves count for the networks in Fixtures, and figures counted independently of this project.
struct Reference: Decodable {
  var parameters: Int
  var buffers: Int
  var macs: Int
  var activations: Activations?
  var receptiveField: Field?

  struct Activations: Decodable {
    var total: Int
    var matrixOutputs: Int
    var peakPair: Int
    var peakLiveness: Int
    var peakAt: String
  }

  struct Field: Decodable {
    var size: Int
    var stride: Int
    /// nil where the reference gives none.
    var padding: Int?
  }

  static func all() throws -> [String: Reference] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("reference.json")))
    return try JSONDecoder().decode([String: Reference].self, from: data)
  }
}

@Suite struct ReferenceTests {
  static let files = Fixture.names(endingIn: ".onnx")

  private func reference(_ file: String) throws -> Reference {
    try #require(try Reference.all()[String(file.prefix { $0 != "." })])
  }

  @Test func coversEveryNetwork() throws {
    let networks = Set(Self.files.map { String($0.prefix { $0 != "." }) })
    let counted = Set(try Reference.all().keys)
    #expect(networks == counted)
    #expect(Self.files.count == 22)
  }

  /// Folding batch normalisation changes the weights, so parameters are compared on the graph as trained.
  @Test(arguments: files)
  func parameters(file: String) throws {
    let isFolded =
      !file.hasSuffix(".bn.onnx") && Self.files.contains(file.replacing(".onnx", with: ".bn.onnx"))
    guard !isFolded else { return }
    let (analysis, reference) = (try Analyses.fixture(file), try reference(file))
    #expect(analysis.totals.parameters.learnable == reference.parameters)
    #expect(analysis.totals.parameters.buffers == reference.buffers)
    #expect(analysis.layers.reduce(0) { $0 + $1.parameters.learnable } == reference.parameters)
  }

  @Test(arguments: files)
  func work(file: String) throws {
    let (analysis, reference) = (try Analyses.fixture(file), try reference(file))
    #expect(analysis.totals.macs == reference.macs)
    #expect(analysis.totals.flops == 2 * reference.macs)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.layers.reduce(0) { $0 + ($1.macs ?? 0) } == reference.macs)
  }

  @Test(arguments: files)
  func activations(file: String) throws {
    guard let reference = try reference(file).activations else { return }
    let analysis = try Analyses.fixture(file)
    let activations = analysis.totals.activations
    #expect(activations.total?.elements == reference.total)
    #expect(activations.total?.bytes == 4 * reference.total)
    #expect(activations.matrixOutputs?.elements == reference.matrixOutputs)
    #expect(activations.peakPair?.extent.elements == reference.peakPair)
    #expect(activations.peakLiveness?.extent.elements == reference.peakLiveness)
    #expect(analysis.layerName(activations.peakLiveness) == reference.peakAt)
    #expect(analysis.timeline.map(\.live.elements).max() == reference.peakLiveness)
    let alive = activations.peakLiveness?.alive.reduce(0) { $0 + $1.extent.elements }
    #expect(alive == reference.peakLiveness)
  }

  @Test(arguments: files)
  func receptiveField(file: String) throws {
    guard let reference = try reference(file).receptiveField else { return }
    let field = try #require(try Analyses.fixture(file).totals.receptiveField)
    #expect(field.axes.count == 2)
    for axis in field.axes {
      #expect(axis.size == reference.size)
      #expect(axis.stride == reference.stride)
      if let padding = reference.padding { #expect(axis.padding == padding) }
    }
  }

  /// A graph with batch normalisation executes as the one in which it is folded.
  @Test(arguments: files.filter { $0.hasSuffix(".bn.onnx") })
  func foldingChangesNoFigureOfTheRun(file: String) throws {
    let trained = try Analyses.fixture(file)
    let folded = try Analyses.fixture(file.replacing(".bn.onnx", with: ".onnx"))
    #expect(trained.layers.map(\.name) == folded.layers.map(\.name))
    #expect(trained.totals.elementwiseOperations == folded.totals.elementwiseOperations)
    #expect(trained.totals.bytesMoved == folded.totals.bytesMoved)
    #expect(trained.timeline.map(\.live) == folded.timeline.map(\.live))
  }

  /// MCUNet, table 1 (Lin et al., NeurIPS 2020): ResNet-50 7.2 MB, MobileNetV2 6.8 MB.
  @Test(arguments: [
    ("resnet50.onnx", 1_806_336), ("mobilenet_v2.onnx", 1_705_984), ("mobilenet_v1.onnx", 1_204_224),
  ])
  func blockInputPeak(file: String, elements: Int) throws {
    #expect(try Analyses.fixture(file).totals.activations.peakBlockInput?.extent.elements == elements)
  }
}
