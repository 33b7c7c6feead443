import Foundation
import Reporting
import Testing

/// Writes reports on made-up networks into the folder that the environment variable names, to be looked at in a browser.
@Test(.enabled(if: ProcessInfo.processInfo.environment["ASSAY_SAMPLE_REPORTS"] != nil))
func writeSampleReports() throws {
  let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["ASSAY_SAMPLE_REPORTS"]))
  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
  let analyses = [
    SyntheticNetwork.resNet50().analysis(), SyntheticNetwork.mobileNetV2().analysis(),
  ]
  let subjects = analyses.map { Subject(analysis: $0, profile: SyntheticProfile.of($0)) }
  for subject in subjects + [Subject(analysis: SyntheticNetwork.chain(1000).analysis())] {
    let report = Report(subject)
    try write(HTMLRenderer().render(report), "\(report.title).html")
    try write(MarkdownRenderer().render(report), "\(report.title).md")
    try write(JSONRenderer().render(subject), "\(report.title).json")
    try write(CSVRenderer().render(subject), "\(report.title).csv")
    try write(
      TerminalRenderer(width: 120).render(Report(subject, extent: .briefWithLayers)), "\(report.title).txt")
    try write(TerminalRenderer(width: 80).render(report), "\(report.title)-80.txt")
  }
  let comparison = try #require(ComparisonSubject(subjects))
  try write(HTMLRenderer().render(Report(comparison)), "compare.html")
  try write(MarkdownRenderer().render(Report(comparison)), "compare.md")
  try write(JSONRenderer().render(comparison), "compare.json")
  try write(TerminalRenderer(width: 120).render(Report(comparison)), "compare.txt")
}
