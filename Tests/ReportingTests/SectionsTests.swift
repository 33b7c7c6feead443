import Foundation
import Reporting
import Testing

private func names(in folder: String, ending: String) throws -> Set<String> {
  let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Reporting/\(folder)").standardized
  let files = try FileManager.default.contentsOfDirectory(atPath: sources.path())
  return Set(files.filter { $0.hasSuffix("\(ending).swift") }.map { String($0.dropLast(".swift".count)) })
}

@Suite struct SectionsTests {
  @Test func everySectionOfTheFolderIsListed() throws {
    #expect(Set(Sections.all.map { "\($0)" }) == (try names(in: "Sections", ending: "Section")))
  }

  @Test func everyComparisonSectionOfTheFolderIsListed() throws {
    #expect(Set(ComparisonSections.all.map { "\($0)" }) == (try names(in: "Comparison", ending: "Section")))
  }

  @Test func everyRowIsAsLongAsItsHeading() {
    for report in Sample.reports {
      for part in report.parts { part.blocks.forEach(check) }
    }
    func check(_ block: Block) {
      switch block {
      case .table(let table):
        for row in table.rows + (table.total.map { [$0] } ?? []) { #expect(row.count == table.columns.count) }
      case .details(_, let blocks): blocks.forEach(check)
      case .chart(let chart): chart.inWords.forEach(check)
      case .heading, .paragraph, .figures, .list: break
      }
    }
  }

  @Test func saysNothingWhereThereIsNothingToSay() {
    let report = Report(Subject(analysis: SyntheticNetwork.tiny().analysis()))
    let titles = report.parts.map(\.title)
    for title in ["Latency", "Batch size", "Environment", "Roofline"] { #expect(!titles.contains(title)) }
    #expect(report.parts.allSatisfy { !$0.blocks.isEmpty })
  }
}
