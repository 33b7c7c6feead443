import Analysis
import Reporting
import Testing

@Suite struct CompletenessTests {
  private var partial: Subject {
    Subject(analysis: SyntheticNetwork.resNet50().analysis(uncounted: [.init(operator: "Mystery", count: 3)]))
  }

  @Test func aPartialTotalIsALowerBoundEverywhere() {
    let renderings = Dictionary(
      uniqueKeysWithValues: Sample.renderings(of: partial).map { ($0.format, $0.text) })
    for format in ["html", "markdown", "terminal"] {
      let text = renderings[format] ?? ""
      #expect(text.contains("at least 4.09 GMACs"), "\(format)")
      #expect(text.contains("at least 8.18 GFLOPs"), "\(format)")
      #expect(text.contains("Mystery"), "\(format)")
      #expect(text.contains("Partial"), "\(format)")
    }
    #expect(renderings["json"]?.contains("\"status\" : \"partial\"") == true)
  }

  /// Work may be unknown where sizes are known, so that activations are told by themselves.
  @Test(arguments: [false, true]) func activationsAreLowerBoundsWhereSizesAreUnknown(isLowerBound: Bool) {
    var analysis = partial.analysis
    analysis.totals.activations.isLowerBound = isLowerBound
    let subject = Subject(analysis: analysis)
    let total = Numbers.decimalBytes(analysis.totals.activations.total?.bytes ?? 0)
    for (format, text) in Sample.renderings(of: subject) {
      switch format {
      case "json": #expect(text.contains("\"activationsAreLowerBounds\" : \(isLowerBound)"))
      case "html", "markdown", "terminal":
        #expect(text.contains("at least \(total)") == isLowerBound, "\(format)")
        #expect(text.contains("operations, activations and") == isLowerBound, "\(format)")
      default: break
      }
    }
  }

  @Test func aCompleteTotalIsNone() {
    for (format, text) in Sample.renderings(of: Sample.subject(.resNet50(), measured: false))
    where format == "markdown" {
      #expect(!text.contains("at least 4.09"))
      #expect(!text.contains("≥ 4"))
    }
  }

  @Test func anUnknownCountIsADashAndNotZero() throws {
    var analysis = SyntheticNetwork.tiny().analysis()
    for index in analysis.layers.indices {
      analysis.layers[index].macs = nil
      analysis.layers[index].bytesMoved = nil
      analysis.layers[index].operations = nil
    }
    let rows = LayersSection.table(Subject(analysis: analysis)).rows
    for row in rows { #expect(row[6] == .unknown && row[7] == .unknown && row[8] == .unknown) }
    let csv = CSVRenderer().render(Subject(analysis: analysis)).split(separator: "\r\n")
    let header = csv[0].split(separator: ",")
    let place = try #require(header.firstIndex(of: "macs"))
    for record in csv.dropFirst() {
      // Fields before `macs` may be quoted and hold commas, so count from the end.
      let fields = record.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields[fields.count - (header.count - place)] == "")
    }
  }

  @Test func aSumWithAnUnknownPartIsALowerBound() {
    let tally = Tally([1, nil, 2])
    #expect(tally.known == 3 && tally.isPartial && tally.value == 3)
    #expect(Tally([nil, nil] as [Int?]).value == nil)
    #expect(Tally([Int.max, 1]).isPartial)
    #expect(Tally([] as [Int?]).value == 0)
  }
}
