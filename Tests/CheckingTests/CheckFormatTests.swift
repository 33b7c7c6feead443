import Checking
import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Every form of a check, with names as a malicious file would choose them.
@Suite struct CheckFormatTests {
  static let names = [
    "a|b`c``d", "<script>alert(1)</script>", "]]><evil/>", "line\nbreak::error::no", "::set-output name=x::y",
    "##[command]evil", "100%0A::error::no", "\u{1B}[31mred\u{7}", "quote\"apostrophe'",
    "\u{202E}evil\u{FFFF}", "-->",
    #"back\slash\"#, "# EOF", "{network=\"x\"} 1", "",
  ]

  /// A network of that name, a layer of that name over its limit, another removed, and a budget's reason of that text.
  private func checks(_ name: String) throws -> [NetworkCheck] {
    func network(_ macs: Int, layers: Int) -> NetworkSnapshot {
      var figures = Dictionary(
        NetworkFigures.counted.map { ($0.key, FigureValue.integer(1)) },
        uniquingKeysWith: { first, _ in first })
      figures["totals.macs"] = .integer(macs)
      figures["totals.receptiveField.size"] = .axes([3, nil])
      return NetworkSnapshot(
        name: name, uncounted: [name: 2], figures: figures,
        layers: (0..<layers).map { index in
          LayerSnapshot(
            name: "\(name)\(index)", operators: [name, "\(index)"], attributes: "\(name)\(macs)",
            sources: [index == 0 ? 0 : -1], figures: LayerFigures.all.map { _ in .integer(macs) })
        })
    }
    let budget = Budget(limits: [
      Limit(figure: "totals.macs", bound: .max(.integer(5)), reason: name),
      Limit(figure: "macs", layers: Glob("*"), bound: .max(.integer(5)), severity: .warning, reason: name),
      Limit(figure: "macs", layers: Glob("never"), bound: .max(.integer(5))),
    ])
    return [
      try Checker(budget: budget, baseline: Baseline(networks: [network(7, layers: 3)]))
        .check(network(9, layers: 2), path: name)
    ]
  }

  @Test(arguments: names) func `JSON is JSON and holds the names`(name: String) throws {
    let checks = try checks(name)
    for text in [
      JSONRenderer().render(checks), GitHubBenchmarkRenderer().render(checks),
      BencherRenderer().render(checks),
    ] {
      for safe in [text, WorkflowCommands.harmless(text, isJSON: true)] {
        _ = try JSONSerialization.jsonObject(with: Data(safe.utf8))
        #expect(!safe.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      }
    }
    let object = try JSONSerialization.jsonObject(with: Data(JSONRenderer().render(checks).utf8))
    let networks = (object as? [String: Any])?["networks"] as? [[String: Any]]
    #expect(networks?.first?["name"] as? String == name)
  }

  /// The keys of https://github.com/benchmark-action/github-action-benchmark (customSmallerIsBetter) and of
  /// https://bencher.dev/docs/reference/bencher-metric-format.
  @Test func `Trackers find their keys`() throws {
    let checks = try checks("n")
    let entries = try JSONSerialization.jsonObject(with: Data(GitHubBenchmarkRenderer().render(checks).utf8))
    let macs = try #require(
      (entries as? [[String: Any]])?.first { $0["name"] as? String == "n: totals.macs" })
    #expect(macs["value"] as? Int == 9 && macs["unit"] as? String == "macs")
    let metrics = try JSONSerialization.jsonObject(with: Data(BencherRenderer().render(checks).utf8))
    let measures = (metrics as? [String: [String: [String: Any]]])?["n"]
    #expect(measures?["totals.macs"]?["value"] as? Int == 9)
  }

  @Test(arguments: names) func `XML is XML and has a failure for each error`(name: String) throws {
    let checks = try checks(name)
    let counter = ElementCounter()
    let parser = XMLParser(data: Data(JUnitRenderer().render(checks).utf8))
    parser.delegate = counter
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(counter.counts["failure"] == checks[0].count(.exceeded, .error))
    #expect(counter.counts["testcase"] == checks[0].judgements.count)
    #expect(counter.counts["evil"] == nil && counter.counts["script"] == nil)
    #expect(counter.suite == Escaping.visible(name).replacing("\u{FFFF}", with: "\u{FFFD}"))
  }

  @Test(arguments: names) func `Annotations are one command a line`(name: String) throws {
    let checks = try checks(name)
    let lines = WorkflowCommands.annotations(checks).split(separator: "\n", omittingEmptySubsequences: false)
    let exceeded = checks[0].judgements.count { $0.verdict == .exceeded }
    #expect(lines.count == min(exceeded, 20) + 1 && lines.last == "")
    for line in lines.dropLast() {
      #expect(line.hasPrefix("::error file=") || line.hasPrefix("::warning file="))
      // The properties end at the second `::`, before which a name cannot have put one.
      let properties = try #require(line.dropFirst(2).split(separator: "::", maxSplits: 1).first)
      #expect(properties.split(separator: ",").count == 2 && properties.contains(",title=assay check%3A "))
      #expect(!line.contains("%0A") || name.contains("%0A") == false)
    }
  }

  @Test(arguments: names) func `What a log shows is no command`(name: String) throws {
    let report = Report(try checks(name))
    for text in [
      TerminalRenderer().render(report), MarkdownRenderer().render(report),
      CheckMarkdown(name: name).render(try checks(name)),
    ] {
      let safe = WorkflowCommands.harmless(text)
      #expect(!safe.contains("##["))
      for line in safe.split(separator: "\n") {
        #expect(!line.drop { $0.isWhitespace }.hasPrefix("::"), "\(line)")
      }
      #expect(!safe.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
    }
  }

  @Test(arguments: names) func `Markdown keeps its table and its one marker`(name: String) throws {
    let text = CheckMarkdown(name: name).render(try checks(name))
    #expect(text.hasPrefix("<!-- assay-check:"))
    let marker = try #require(text.split(separator: "\n").first)
    #expect(marker.hasSuffix(" -->") && !marker.dropFirst(4).dropLast(3).contains("--"))
    #expect(!text.contains("<script>") || text.contains("`<script>"))
    var columns: Int?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let cells = line.replacing("\\|", with: "").count { $0 == "|" }
      #expect(columns == nil || columns == cells, "\(line)")
      columns = cells
    }
    #expect(text.contains("<details>"))
  }

  /// The grammar of OpenMetrics 1.0 for what is written here: comments, samples, and an end.
  @Test(arguments: names) func `OpenMetrics lines are comments or samples`(name: String) throws {
    let lines = OpenMetricsRenderer().render(try checks(name)).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.suffix(2) == ["# EOF", ""])
    let sample = try Regex(#"[a-z_0-9]+\{([a-z]+="([^"\\]|\\\\|\\")*",?)+\} (\+Inf|-?[0-9.e+-]+)"#)
    let comment = try Regex(
      "# (TYPE [a-z_0-9]+ gauge|UNIT [a-z_0-9]+_(bytes|seconds) (bytes|seconds)|HELP [a-z_0-9]+ .+)")
    var families: Set<Substring> = []
    for line in lines.dropLast(2) {
      #expect(line.wholeMatch(of: sample) != nil || line.wholeMatch(of: comment) != nil, "\(line)")
      if line.hasPrefix("# TYPE") { #expect(families.insert(line).inserted, "a family stands once") }
    }
    #expect(families.count > 20)
  }
}

private final class ElementCounter: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]
  var suite = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
    if name == "testsuite" { suite = attributes["name"] ?? "" }
  }
}
