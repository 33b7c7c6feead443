import Checking
import Profiling
import Testing

@Suite struct HistoryTests {
  private func run(_ commit: String, macs: Int, ratio: Double? = nil) -> HistoryRun {
    HistoryRun(
      commit: commit, time: "2026-01-01T00:00:00Z",
      networks: [
        HistoryNetwork(
          name: "net", figures: [("totals.macs", .integer(macs))],
          measured: ratio.map {
            HistoryMeasurement(conditions: "here", milliseconds: 5, logarithmicRatio: $0)
          })
      ])
  }

  private func read(_ text: String) throws(HistoryError) -> History {
    try HistoryReader.read(Array(text.utf8))
  }

  @Test func `A line is read as it was written`() throws {
    let runs = [
      run("a\n|`<b>\u{1B}[31m", macs: 3, ratio: 1.25), run("Ünïcode", macs: .max), run("", macs: -4),
    ]
    let history = try read(runs.map(\.line).joined())
    #expect(history.runs == runs)
    #expect(!history.isTorn)
    #expect(runs[0].line.split(separator: "\n").count == 1)
  }

  @Test func `A last line that was cut off anywhere is left out`() throws {
    let whole = run("a", macs: 3).line
    let last = run("b", macs: 4).line
    for length in 1..<last.utf8.count - 1 {
      let history = try HistoryReader.read(Array(whole.utf8) + last.utf8.prefix(length))
      #expect(history.runs.map(\.commit) == ["a"])
      #expect(history.isTorn)
    }
    // Only the line break is missing: the line is whole.
    #expect(try read(whole + last.dropLast()).runs.count == 2)
  }

  @Test(arguments: [
    ("{\"schema\": NaN}\n", 2), ("[]\n", 2), ("{\"schema\": \"other/1\"}\n", 2), ("no json at all\n", 2),
    ("{\"schema\": \"assay-history/1\", \"commit\": 3, \"time\": \"\", \"networks\": {}}\n", 2),
    (
      "{\"schema\": \"assay-history/1\", \"commit\": \"\", \"time\": \"\", \"networks\": {\"n\": {\"figures\": {\"a\": \"b\"}}}}\n",
      2
    ),
    (
      "{\"schema\": \"assay-history/1\", \"commit\": \"\", \"time\": \"\", \"networks\": {\"n\": {\"figures\": {\"a\": 1e999}}}}\n",
      2
    ),
    (String(repeating: "x", count: 2 << 20) + "\n", 2),
    (String(repeating: "[", count: 100_000), 2),
  ])
  func `Hostile lines are named`(line: String, number: Int) {
    let error = #expect(throws: HistoryError.self) { try read(run("a", macs: 3).line + line) }
    #expect(error?.line == number)
  }

  @Test func `Bytes that are no text are named`() {
    let error = #expect(throws: HistoryError.self) {
      try HistoryReader.read(Array("{\"schema\": \"".utf8) + [0xFF, 0xFE, 0x22, 0x7D, 0x0A])
    }
    #expect(error?.line == 1)
  }

  @Test func `A counted figure moves at the run that changed it`() throws {
    let runs = [3, 3, 5, 5, 4].enumerated().map { run("c\($0)", macs: $1) }
    let trend = try #require(Trend.all(of: runs).first)
    #expect(trend.network == "net")
    #expect(trend.kind == .counted(figure: "totals.macs"))
    #expect(trend.changes.map(\.run) == [2, 4])
    #expect(trend.changes.map(\.before) == [3, 5])
    #expect(trend.changes.map(\.after) == [5, 4])
  }

  /// Noise of about 1 % around 1.2, and 6 % more from run 17 on.
  @Test func `A measured time moves where its level does`() throws {
    let runs = (0..<30).map { index in
      run("c\(index)", macs: 3, ratio: 1.2 + Double((index * 7) % 11 - 5) / 500 + (index < 17 ? 0 : 0.06))
    }
    let trends = Trend.all(of: runs)
    let measured = try #require(trends.last)
    #expect(measured.kind == .measured(conditions: "here"))
    #expect(measured.changes.map(\.run) == [17])
    let change = try #require(measured.changes.first)
    #expect(abs(change.after / change.before - 1.0618) < 0.005)
    #expect(trends[0].changes.isEmpty)
  }
}

@Suite struct MeasuredBaselineTests {
  private let baseline = MeasuredBaseline(
    conditions: MeasuredConditions(
      calibration: "calibration/1", batch: 1, threads: 2, instructionSet: "avx2",
      machine: .init(
        processor: "P \"|", architecture: "x86_64", cores: 4, operatingSystem: "Linux", governor: nil)),
    logarithmicRatios: [1.25, 1.24001, 1.26], milliseconds: 4.5,
    quietLoad: QuietLoad(arithmetic: 0.75, issue: 0.05), version: "0.1.0")

  @Test func `What is stored is read again`() throws {
    let text = JSONText.line(baseline.json)
    #expect(try MeasuredBaseline(JSONReader.read(Array(text.utf8))) == baseline)
  }

  @Test(arguments: [
    ("1.24001", "\"x\""), ("1.24001", "1e300"), ("\"batch\": 1", "\"batch\": 0"), ("4.5", "-1"),
    ("\"cores\": 4", "\"cores\": true"), ("assay-measured/1", "assay-measured/9"),
    ("[1.25, 1.24001, 1.26]", "[]"), ("[1.25, 1.24001, 1.26]", "{}"),
  ])
  func `What was changed by hand is refused`(part: String, replacement: String) throws {
    let text = JSONText.line(baseline.json)
    let parts = text.components(around: part)
    let node = try JSONReader.read(Array((parts.before + replacement + parts.after).utf8))
    #expect(throws: BaselineError.self) { try MeasuredBaseline(node) }
  }

  @Test func `Another machine is told, and compared only in calibrated units`() {
    var here = baseline.conditions
    here.machine.processor = "Q"
    here.instructionSet = "avx512"
    #expect(here.obstacles(to: baseline.conditions, isCalibrated: false).count == 2)
    #expect(here.obstacles(to: baseline.conditions, isCalibrated: true).isEmpty)
    here.batch = 8
    here.calibration = "calibration/2"
    #expect(here.obstacles(to: baseline.conditions, isCalibrated: true).count == 2)
    #expect(baseline.conditions.obstacles(to: baseline.conditions, isCalibrated: false).isEmpty)
  }
}

extension String {
  fileprivate func components(around part: String) -> (before: String, after: String) {
    let whole = Array(utf8)
    let sought = Array(part.utf8)
    let start = whole.indices.first { whole[$0...].starts(with: sought) } ?? whole.count
    return (
      String(decoding: whole[..<start], as: UTF8.self),
      String(decoding: whole[min(start + sought.count, whole.count)...], as: UTF8.self)
    )
  }
}
