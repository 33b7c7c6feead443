import Analysis
import Profiling
import Reporting
import Testing

/// Sums over layers of which several ran as one step.
@Suite struct DividedTimesTests {
  private func table(_ subject: Subject) throws -> Table {
    let section = try #require(KindsSection(subject))
    for case .table(let table) in section.blocks { return table }
    throw Missing()
  }
  private struct Missing: Error {}

  private func magnitudes(_ table: Table, _ title: String) throws -> [Double?] {
    let column = try #require(table.columns.firstIndex { $0.title == title })
    return table.rows.map { $0[column].magnitude }
  }

  /// If all layers run as one step, each kind takes the share of the time that it has of the MACs, and all are as fast.
  @Test func oneStepForAllLayers() throws {
    let analysis = SyntheticNetwork.mobileNetV2().analysis()
    var profile = SyntheticProfile.of(analysis)
    let first = try #require(profile.batches.first?.steps.first)
    profile.batches[0].steps = [
      StepProfile(
        name: first.name, layers: Array(analysis.layers.indices), milliseconds: 10,
        gigaflopsPerSecond: nil, bound: nil, kernel: "all", explanation: nil)
    ]
    let table = try table(Subject(analysis: analysis, profile: profile))
    #expect(table.caption.contains("divided among them by their MACs"))
    let times = try magnitudes(table, "Time").map { $0 ?? 0 }
    #expect(abs(times.reduce(0, +) - 10) < 1e-9)
    let rate = 2 * Double(analysis.totals.macs) / 10e6
    let macs = try magnitudes(table, "MACs").map { $0 ?? 0 }
    for (index, known) in try magnitudes(table, "GFLOP/s").enumerated() {
      #expect(abs(times[index] - 10 * macs[index] / Double(analysis.totals.macs)) < 1e-9)
      if macs[index] > 0 { #expect(abs(try #require(known) - rate) < 1e-6 * rate) }
    }
  }

  @Test func oneStepForEachLayer() throws {
    #expect(try !table(Sample.subject(.mobileNetV2())).caption.contains("divided"))
  }
}
