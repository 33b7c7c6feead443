import Commands
import Foundation
import TestSupport
import Testing

@Suite struct HistoryCommandTests {
  private struct Workplace {
    let folder: TemporaryFolder
    var network: String { folder.path + "n.onnxtxt" }
    var history: String { folder.path + "history.jsonl" }

    init() throws {
      folder = try TemporaryFolder()
      try write(channels: 8)
    }

    /// A 1 x 1 convolution from 3 to `channels` on 4 x 4: 48 x channels MACs.
    func write(channels: Int) throws {
      let text = """
        <ir_version: 8, opset_import: ["" : 18]>
        g (float[1,3,4,4] x) => (float[1,\(channels),4,4] y)
        <float[\(channels),3,1,1] w = {}>
        { [conv] y = Conv(x, w) }
        """
      _ = try folder.write(Array(text.utf8), to: "n.onnxtxt")
    }

    func check(_ commit: String, _ more: [String] = []) throws -> Outcome {
      try assay(
        ["check", network, "--history", history, "--commit", commit, "--time", "2026-01-31T12:00:00Z"] + more)
    }

    func lines() throws -> [String] {
      try String(contentsOfFile: history, encoding: .utf8).split(separator: "\n").map(String.init)
    }
  }

  @Test func `A run adds a line, and the page names the commit that moved a figure`() throws {
    let place = try Workplace()
    #expect(try place.check("first").status == .done)
    #expect(try place.check("second").status == .done)
    try place.write(channels: 10)
    #expect(try place.check("third|<b>`").status == .done)
    #expect(try place.lines().count == 3)
    let page = place.folder.path + "trend"
    let outcome = try assay(["history", place.history, "-o", page])
    #expect(outcome.status == .done)
    let row = outcome.output.split(separator: "\n").first { $0.contains("totals.macs") }
    #expect(row?.contains("384 → 480 (+25.0 %)") == true)
    #expect(row?.contains("third") == true)
    let html = try String(contentsOfFile: page + "/history.html", encoding: .utf8)
    #expect(html.contains("third|&lt;b&gt;`") && !html.contains("third|<b>"))
    let markdown = try String(contentsOfFile: page + "/history.md", encoding: .utf8)
    #expect(markdown.contains("384 → 480") && !markdown.contains("|<b>"))
    withExtendedLifetime(place) {}
  }

  @Test func `What a stopped writer left is taken away by the next`() throws {
    let place = try Workplace()
    #expect(try place.check("first").status == .done)
    let handle = try #require(FileHandle(forWritingAtPath: place.history))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"schema\": \"assay-history/1\", \"com".utf8))
    try handle.close()
    #expect(try assay(["history", place.history]).output.contains("part of one"))
    #expect(try place.check("second").status == .done)
    let lines = try place.lines()
    #expect(lines.count == 2)
    #expect(lines.last?.contains("\"second\"") == true)
    withExtendedLifetime(place) {}
  }

  @Test func `A file that is no history is left alone`() throws {
    let place = try Workplace()
    let text = "somebody's notes"
    try Data(text.utf8).write(to: URL(fileURLWithPath: place.history))
    #expect(try place.check("first").status == .unreadable)
    #expect(try String(contentsOfFile: place.history, encoding: .utf8) == text)
    #expect(try assay(["history", place.history]).status == .unreadable)
    #expect(try assay(["history", place.folder.path + "none.jsonl"]).status == .unreadable)
    withExtendedLifetime(place) {}
  }

  @Test func `Options that do not fit are wrong usage`() throws {
    let place = try Workplace()
    #expect(try place.check("").status == .wrongUsage)
    #expect(try place.check("a", ["--time-limit", "3"]).status == .wrongUsage)
    #expect(try place.check("a", ["--calibrated"]).status == .wrongUsage)
    #expect(try assay(["check", place.network, "--commit", "a"]).status == .wrongUsage)
    let when = try assay([
      "check", place.network, "--history", place.history, "--commit", "a", "--time", "now",
    ])
    #expect(when.status == .wrongUsage)
    withExtendedLifetime(place) {}
  }

  @Test func `Time is measured against a baseline of the same machine, or not compared`() throws {
    let place = try Workplace()
    let baseline = place.folder.path + "baseline.json"
    #expect(
      try assay(["check", place.network, "--baseline", baseline, "--update-baseline"]).status == .done)
    let measuring = ["check", place.network, "--baseline", baseline, "--measure", "--time-limit"]
    let unmeasured = try assay(measuring + ["1"])
    #expect(unmeasured.status == .notComparable)
    #expect(unmeasured.error.contains("no measured time"))
    let update = try assay(measuring + ["5", "--update-baseline"])
    guard update.status == .done else {
      #expect(update.error.contains("no quiet moment"))
      return
    }
    // A second is too short for a regression to be confirmed.
    let check = try assay(measuring + ["1", "--format", "json"])
    #expect(check.status == .done)
    #expect(check.output.contains("\"smallestDetectable\""))
    let text = try String(contentsOfFile: baseline, encoding: .utf8)
    let elsewhere = text.replacingOccurrences(
      of: "\"architecture\": \"", with: "\"architecture\": \"another ")
    try Data(elsewhere.utf8).write(to: URL(fileURLWithPath: baseline))
    let other = try assay(measuring + ["1"])
    #expect(other.status == .notComparable)
    #expect(other.error.contains("architecture") && other.error.contains("--calibrated"))
    #expect(try assay(measuring + ["1", "--calibrated"]).status == .done)
    withExtendedLifetime(place) {}
  }
}
