import Analysis
import Testing

/// AlexNet as MIT 6.5940, lecture 2 counts it (60,954,656 parameters, 932,264 activations, peak 440,928, 724,406,816 MACs), layer
/// by layer as on its slides.
@Suite struct LectureTests {
  struct Row: Sendable {
    var kind: String
    var detail: String
    var parameters: Int
    var activations: Int
    var macs: Int
  }

  static let rows = [
    Row(
      kind: "Conv", detail: "11×11 / 4, 3 → 96", parameters: 34848, activations: 290_400, macs: 105_415_200),
    Row(kind: "MaxPool", detail: "3×3 / 2", parameters: 0, activations: 69_984, macs: 0),
    Row(
      kind: "Conv", detail: "5×5, 96 → 256, groups 2", parameters: 307_200, activations: 186_624,
      macs: 223_948_800),
    Row(kind: "MaxPool", detail: "3×3 / 2", parameters: 0, activations: 43_264, macs: 0),
    Row(kind: "Conv", detail: "3×3, 256 → 384", parameters: 884_736, activations: 64_896, macs: 149_520_384),
    Row(
      kind: "Conv", detail: "3×3, 384 → 384, groups 2", parameters: 663_552, activations: 64_896,
      macs: 112_140_288),
    Row(
      kind: "Conv", detail: "3×3, 384 → 256, groups 2", parameters: 442_368, activations: 43_264,
      macs: 74_760_192),
    Row(kind: "MaxPool", detail: "3×3 / 2", parameters: 0, activations: 9_216, macs: 0),
    Row(kind: "MatMul", detail: "9216 → 4096", parameters: 37_748_736, activations: 4_096, macs: 37_748_736),
    Row(kind: "MatMul", detail: "4096 → 4096", parameters: 16_777_216, activations: 4_096, macs: 16_777_216),
    Row(kind: "MatMul", detail: "4096 → 1000", parameters: 4_096_000, activations: 1_000, macs: 4_096_000),
  ]

  @Test func layerTable() throws {
    let layers = try Analyses.fixture("alexnet_lecture.onnx").layers
    try #require(layers.count == Self.rows.count)
    for (layer, row) in zip(layers, Self.rows) {
      #expect(layer.operator == row.kind)
      #expect(layer.detail == row.detail)
      #expect(layer.parameters.learnable == row.parameters)
      #expect(layer.activations?.elements == row.activations)
      #expect(layer.macs == row.macs)
    }
  }

  @Test func totals() throws {
    let totals = try Analyses.fixture("alexnet_lecture.onnx").totals
    #expect(totals.parameters.learnable == 60_954_656)
    #expect(totals.weightBytes == 4 * 60_954_656)
    #expect(totals.macs == 724_406_816)
    #expect(totals.activations.total?.elements == 932_264)
    #expect(totals.activations.peakPair?.extent.elements == 440_928)
  }
}
