import Analysis
import Foundation
import Reporting
import Testing

/// The keys of `assay-report/1`, which scripts rely on. Written out here on purpose: they may be added to, never changed.
@Suite struct JSONContractTests {
  private func document(measured: Bool) throws -> [String: Any] {
    let text = JSONRenderer().render(Sample.subject(.resNet50(), measured: measured))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func value(_ path: String, in document: [String: Any]) -> Any? {
    var value: Any? = document
    for key in path.split(separator: ".") {
      if key == "0" {
        value = (value as? [Any])?.first
      } else {
        value = (value as? [String: Any])?[String(key)]
      }
    }
    return value
  }

  @Test(arguments: [
    "schema", "network.name", "network.format", "network.file", "network.fileBytes", "network.inputs.0.name",
    "network.inputs.0.type", "network.inputs.0.shape", "network.outputs.0.name", "conventions",
    "conventions.macs",
    "totals.parameters.learnable", "totals.parameters.buffers", "totals.parameters.constants",
    "totals.modelSize.weightBytes", "totals.modelSize.fileBytes", "totals.modelSize.byType", "totals.macs",
    "totals.flops", "totals.elementwiseOperations", "totals.operations", "totals.bytesMoved",
    "totals.activations.total.elements", "totals.activations.total.bytes", "totals.activations.matrixOutputs",
    "totals.activations.allTensors", "totals.activations.peak.pair.elements",
    "totals.activations.peak.pair.bytes",
    "totals.activations.peak.pair.layer", "totals.activations.peak.liveness",
    "totals.activations.peak.blockInput",
    "totals.activations.peak.arena.bytes", "totals.activations.peak.arena.lowerBoundBytes",
    "totals.receptiveField.size", "totals.receptiveField.stride", "totals.receptiveField.padding",
    "totals.receptiveField.aligned", "totals.completeness.status", "totals.completeness.uncounted",
    "layers.0.name",
    "layers.0.operator", "layers.0.inputs", "layers.0.outputs", "layers.0.parameters", "layers.0.macs",
    "layers.0.flops", "layers.0.elementwiseOperations", "layers.0.operations", "layers.0.bytesMoved",
    "layers.0.arithmeticIntensity", "layers.0.activations", "layers.0.liveBytes", "layers.0.receptiveField",
    "layers.0.bound", "profile.environment", "profile.machine.peakGigaflops",
    "profile.machine.bandwidthGigabytes",
    "profile.coldStart.loadMilliseconds", "profile.coldStart.planMilliseconds",
    "profile.coldStart.firstRunMilliseconds", "profile.batches.0.batch", "profile.batches.0.threads",
    "profile.batches.0.samples", "profile.batches.0.latencyMilliseconds.min",
    "profile.batches.0.latencyMilliseconds.p50", "profile.batches.0.latencyMilliseconds.p90",
    "profile.batches.0.latencyMilliseconds.p95", "profile.batches.0.latencyMilliseconds.p99",
    "profile.batches.0.latencyMilliseconds.p999", "profile.batches.0.latencyMilliseconds.mean",
    "profile.batches.0.latencyMilliseconds.standardDeviation",
    "profile.batches.0.latencyMilliseconds.confidence95",
    "profile.batches.0.throughputPerSecond", "profile.batches.0.gigaflopsPerSecond",
    "profile.batches.0.peakMemoryBytes", "profile.batches.0.layerSumMilliseconds",
    "profile.batches.0.layers.0.name",
    "profile.batches.0.layers.0.milliseconds", "profile.batches.0.layers.0.gigaflopsPerSecond",
    "profile.batches.0.layers.0.bound",
  ])
  func hasTheKey(path: String) throws {
    #expect(value(path, in: try document(measured: true)) != nil, "\(path)")
  }

  @Test func hasNoProfileWhereNothingWasRun() throws {
    #expect(try document(measured: false)["profile"] == nil)
  }

  @Test func saysNullForWhatIsUnknown() throws {
    let document = try document(measured: true)
    #expect(value("totals.activations.allTensors", in: document) is NSNull)
    #expect(value("profile.batches.0.latencyMilliseconds.p999", in: document) is NSNull)
  }

  /// 4,089,184,256 is torchvision's count; the largest `Int` shows that none passes through a `Double`.
  @Test func writesCountsExactly() throws {
    #expect(value("totals.macs", in: try document(measured: false)) as? Int == 4_089_184_256)
    #expect(JSONValue.integer(.max).text == "9223372036854775807\n")
  }

  @Test func neverWritesWhatIsNoNumber() {
    #expect(
      JSONValue.array([.number(.nan), .number(.infinity), .number(0.1)]).text
        == "[\n  null,\n  null,\n  0.1\n]\n")
  }

  @Test func comparisonHoldsFiguresExplanationsAndReports() throws {
    let text = JSONRenderer().render(try #require(Sample.comparison))
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "assay-comparison/1")
    #expect((document["reports"] as? [Any])?.count == 2)
    #expect((value("explanations.0.sentences", in: document) as? [String])?.isEmpty == false)
    #expect((value("figures.0.ratios", in: document) as? [Double])?.first == 1)
  }
}
