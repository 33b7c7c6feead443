import Profiling
import Reporting
import Testing

@Suite struct PlanSectionTests {
  private func subject() -> Subject {
    let analysis = SyntheticNetwork.tiny().analysis()
    var profile = SyntheticProfile.of(analysis, batches: [1])
    for index in profile.batches[0].steps.indices {
      profile.batches[0].steps[index].milliseconds = 2
      profile.batches[0].steps[index].explanation = StepExplanation(
        operators: ["Conv", "Relu"], tile: "14 pixels x 32 channels", instructionSet: "avx512",
        layout: "blocks of 16", reason: "the fastest of three", computeMilliseconds: index == 0 ? 1.5 : nil,
        bandwidthMilliseconds: 0.5)
    }
    return Subject(analysis: analysis, profile: profile)
  }

  @Test func setsTimesBesideTheirFloors() throws {
    let part = try #require(
      Report(subject(), extent: .explained(withLayers: false)).parts.first { $0.title == "Plan" })
    let tables = part.blocks.compactMap { block in
      if case .table(let table) = block { table } else { nil }
    }
    let steps = try #require(tables.first)
    // The greater of 1.5 and 0.5 ms, and 0.5 ms alone, of 2 ms.
    #expect(steps.rows.first?.last == .share(0.75))
    #expect(steps.rows.last?.last == .share(0.25))
    let count = Double(steps.rows.count)
    #expect(steps.total?.last == .share((1.5 + 0.5 * (count - 1)) / (2 * count)))
    let reasons = try #require(tables.last)
    #expect(reasons.rows.count == 1, "one kernel, one reason")
    #expect(reasons.rows[0].contains(.text("the fastest of three")))
    #expect(reasons.rows[0].contains(.count(steps.rows.count)))
  }

  @Test func saysNothingWhereNothingWasExplained() {
    let analysis = SyntheticNetwork.tiny().analysis()
    let report = Report(
      Subject(analysis: analysis, profile: SyntheticProfile.of(analysis)),
      extent: .explained(withLayers: true))
    #expect(!report.parts.contains { $0.title == "Plan" })
  }

  @Test func everyFormatTellsIt() {
    let report = Report(subject(), extent: .explained(withLayers: false))
    let texts = [
      TerminalRenderer(width: 160).render(report), MarkdownRenderer().render(Report(subject())),
      JSONRenderer().render(subject()),
    ]
    for text in texts { #expect(text.contains("the fastest of three")) }
    #expect(texts[2].contains("\"computeFloorMilliseconds\" : 1.5"))
  }
}
