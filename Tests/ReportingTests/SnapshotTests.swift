import Foundation
import Reporting
import Testing

/// Whole reports on a network of three layers, compared with the texts in `Snapshots`. To write them anew, set
/// `ASSAY_UPDATE_SNAPSHOTS`; what changed is then to be read before it is committed.
@Suite struct SnapshotTests {
  @Test(arguments: ["html", "markdown", "json", "csv", "terminal"])
  func reportsOnATinyNetworkAreAsRecorded(format: String) throws {
    let analysis = SyntheticNetwork.tiny().analysis()
    let subject = Subject(
      analysis: analysis, profile: SyntheticProfile.of(analysis, batches: [1, 2], samples: 60))
    let rendering = try #require(Sample.renderings(of: subject).first { $0.format == format })
    try compare(rendering.text, with: "tiny.\(format)")
  }

  @Test func comparisonIsAsRecorded() throws {
    let comparison = try #require(Sample.comparison)
    try compare(MarkdownRenderer().render(Report(comparison)), with: "comparison.markdown")
  }

  private func compare(_ text: String, with name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name)")
    if ProcessInfo.processInfo.environment["ASSAY_UPDATE_SNAPSHOTS"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let recorded = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    guard recorded != text else { return }
    let difference = zip(lines(recorded), lines(text)).enumerated().first { $1.0 != $1.1 }
    Issue.record(
      "\(name) differs at line \((difference?.offset ?? -1) + 1): recorded “\(difference?.element.0 ?? "")”, found “\(difference?.element.1 ?? "")”"
    )
  }

  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}
