import Analysis
import Foundation
import Network
import Profiling
import Reporting
import Testing

/// Names as a malicious file would choose them, in every place where a report shows a name.
@Suite struct HostileNamesTests {
  static let names = [
    "<script>alert(1)</script>", "\" onload=\"alert(1)", "'><img src=x onerror=alert(1)>",
    "a|b`c``d\nnew line",
    "\u{1B}[31mred\u{1B}]0;title\u{7}", "=HYPERLINK(\"http://example.invalid\")", "\u{202E}evil",
    "</title></style></svg>",
    "@someone #12 [x](javascript:alert(1))", "%s%n", "",
  ]

  private func subject(named name: String) -> Subject {
    var analysis = SyntheticNetwork.resNet50().analysis(
      uncounted: [.init(operator: name, count: 2)],
      findings: [
        Finding(.excessData(tensor: name, expected: 1, found: 2), node: name),
        Finding(.declarationDiffers(value: name, declared: name, inferred: name)),
        Finding(.ignored(part: name)),
      ])
    analysis.network.name = name
    analysis.network.producer = name
    analysis.network.inputs[0].name = name
    analysis.network.inputs[0].declared = [.symbol(name)]
    analysis.bindings = [SymbolBinding(symbol: name, value: 1, isDefault: false)]
    for index in analysis.layers.indices.prefix(20) {
      analysis.layers[index].name = "\(name)\(index)"
      analysis.layers[index].operators = [name]
      analysis.layers[index].detail = name
      analysis.layers[index].scope = [name, "\(name)\(index)"]
    }
    analysis.totals.activations.peakLiveness?.alive = [
      LiveTensor(name: name, extent: Extent(elements: 1, bytes: 4))
    ]
    var profile = SyntheticProfile.of(analysis)
    profile.environment.processor = name
    return Subject(analysis: analysis, profile: profile)
  }

  @Test(arguments: names) func breakNothing(name: String) throws {
    for (format, text) in Sample.renderings(of: subject(named: name)) {
      let control = text.unicodeScalars.first { scalar in
        let isLineEnd = scalar == "\n" || (format == "csv" && scalar == "\r")
        return (scalar.value < 0x20 && !isLineEnd) || scalar.value == 0x7F
          || (format != "json" && (0x202A...0x202E).contains(scalar.value))
      }
      #expect(control == nil, "a control character in \(format)")
      if format == "html" || format == "markdown" {
        for opening in ["<script>alert", "<img", "onerror=alert(1)>"] {
          #expect(!text.contains(opening) || isInsideCode(opening, text, format), "\(opening) in \(format)")
        }
      }
    }
  }

  /// A Markdown code span is shown as it is written; anything else is not to hold markup.
  private func isInsideCode(_ markup: String, _ text: String, _ format: String) -> Bool {
    guard format == "markdown" else { return false }
    return text.split(separator: "\n").filter { $0.contains(markup) }.allSatisfy { line in
      line.split(separator: "`", omittingEmptySubsequences: false).enumerated().allSatisfy { part in
        !part.element.contains(markup) || !part.offset.isMultiple(of: 2)
      }
    }
  }

  /// The page has the two elements that the policy names, and nothing that an attacker's markup would add.
  @Test(arguments: names) func addNoElementToThePage(name: String) throws {
    let hostile = HTMLRenderer().render(Report(subject(named: name)))
    let harmless = HTMLRenderer().render(Report(subject(named: "harmless")))
    for element in ["<script", "<style", "<img", "<a ", "<iframe", "<title", "<form"] {
      let count = hostile.split(separator: element, omittingEmptySubsequences: false).count
      #expect(
        count == harmless.split(separator: element, omittingEmptySubsequences: false).count, "\(element)")
    }
  }

  @Test func keepMarkdownTablesWhole() {
    let text = MarkdownRenderer().render(Report(subject(named: "a|b`c\nd")))
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = 0
        continue
      }
      let cells = String(line).replacingOccurrences(of: "\\|", with: "").split(
        separator: "|", omittingEmptySubsequences: false
      ).count
      if columns == 0 { columns = cells }
      #expect(cells == columns, "\(line)")
    }
  }

  /// RFC 4180: as many fields in each record as in the header, quotes doubled.
  @Test(arguments: names) func keepCSVRecordsWhole(name: String) {
    let text = CSVRenderer().render(subject(named: name))
    let records = text.split(separator: "\r\n").map(fields)
    #expect(records.count == 57)
    #expect(records.allSatisfy { $0.count == records[0].count })
    for field in records.joined() {
      #expect(!"=+-@".contains(field.first ?? " ") || Double(field) != nil, "\(field)")
    }
  }

  private func fields(_ record: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in record {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test(arguments: names) func areExactInJSON(name: String) throws {
    let text = JSONRenderer().render(subject(named: name))
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let network = try #require(document["network"] as? [String: Any])
    #expect(network["name"] as? String == name)
  }
}
