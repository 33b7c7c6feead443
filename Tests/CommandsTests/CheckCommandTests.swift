import Commands
import Foundation
import TestSupport
import Testing

@Suite struct CheckCommandTests {
  /// A 1 x 1 convolution from 3 to `channels` on 4 x 4: 3 x channels x 16 MACs.
  private static func convolution(_ channels: Int, name: String = "conv", custom: Bool = false) -> [UInt8] {
    let tail = custom ? "y = example.Mystery(z)" : "y = Relu(z)"
    return Array(
      """
      <ir_version: 8, opset_import: ["" : 18, "example" : 1]>
      g (float[1,3,4,4] x) => (float[1,\(channels),4,4] y)
      <float[\(channels),3,1,1] w = {}>
      {
        [\(name)] z = Conv(x, w)
        \(tail)
      }
      """.utf8)
  }

  private struct Workplace {
    let folder: TemporaryFolder
    var network: String { folder.path + "n.onnxtxt" }
    var baseline: String { folder.path + "baseline.json" }

    init(_ channels: Int = 8) throws {
      folder = try TemporaryFolder()
      try folder.write(CheckCommandTests.convolution(channels), to: "n.onnxtxt")
    }

    func budget(_ limits: String) throws -> String {
      try folder.write(
        Array("{\n  \"schema\": \"assay-budget/1\",\n  \"limits\": [\n    \(limits)\n  ]\n}\n".utf8),
        to: "budget.json")
    }
  }

  @Test func `0: within the budget, and like the baseline`() throws {
    let place = try Workplace()
    let budget = try place.budget(#"{"figure": "totals.macs", "max": 384, "min": 384}"#)
    #expect(try assay(["check", place.network, "--budget", budget]).status == .done)
    let update = try assay(["check", place.network, "--baseline", place.baseline, "--update-baseline"])
    #expect(update.status == .done)
    #expect(try assay(["check", place.network, "--baseline", place.baseline]).status == .done)
    withExtendedLifetime(place) {}
  }

  @Test func `1: over the budget, but not for a warning`() throws {
    let place = try Workplace()
    let error = try place.budget(#"{"figure": "totals.macs", "max": 383}"#)
    let outcome = try assay(["check", place.network, "--budget", error])
    #expect(outcome.status == .exceeded)
    #expect(outcome.output.contains("totals.macs") && outcome.output.contains("384"))
    let warning = try place.budget(#"{"figure": "totals.macs", "max": 383, "severity": "warning"}"#)
    #expect(try assay(["check", place.network, "--budget", warning]).status == .done)
    withExtendedLifetime(place) {}
  }

  @Test func `1: worse than the baseline, and the layer is named`() throws {
    let place = try Workplace()
    #expect(
      try assay(["check", place.network, "--baseline", place.baseline, "--update-baseline"]).status == .done)
    try place.folder.write(Self.convolution(16), to: "n.onnxtxt")
    let outcome = try assay(["check", place.network, "--baseline", place.baseline])
    #expect(outcome.status == .exceeded)
    for text in ["conv", "+384 (+100.0 %)", "float[8,3,1,1] → float[16,3,1,1]"] {
      #expect(outcome.output.contains(text), "\(text) is printed")
    }
    // Better is no failure, and says what to do.
    try place.folder.write(Self.convolution(4), to: "n.onnxtxt")
    let better = try assay(["check", place.network, "--baseline", place.baseline])
    #expect(better.status == .done && better.output.contains("--update-baseline"))
    withExtendedLifetime(place) {}
  }

  @Test func `2: a command line without a rule, or with a wrong one`() throws {
    let place = try Workplace()
    #expect(try assay(["check", place.network]).error.contains("--budget FILE"))
    let budget = try place.budget(#"{"figure": "totals.macs", "maxIncrease": "1%"}"#)
    for words in [
      [], ["--update-baseline"], ["--budget", place.folder.path + "none.json"], ["--budget", budget],
      ["--format", "yaml", "--budget", budget], ["--bugdet", budget],
      [place.network, "--baseline", place.baseline, "--update-baseline"],
    ] {
      let outcome = try assay(["check", place.network] + words)
      #expect(outcome.status == .wrongUsage, "\(words)")
      #expect(outcome.error.split(separator: "\n").count == 1)
    }
    let measured = try place.budget(#"{"figure": "profile.latencyMilliseconds.p50", "max": 5}"#)
    #expect(try assay(["check", place.network, "--budget", measured]).status == .wrongUsage)
    withExtendedLifetime(place) {}
  }

  @Test(arguments: [
    (#"{"figure": "totals.mac", "max": 1}"#, [":4:", "totals.mac", "did you mean 'totals.macs'"]),
    (#"{"figure": "totals.macs", "maxx": 1}"#, [":4:", "maxx", "did you mean 'max'"]),
    (#"{"figure": "totals.macs", "max": "many"}"#, [":4:", "'max' must be a number, not a string"]),
    ("{\"figure\": \"totals.macs\",\n\"max\": 1,\n\"max\": 2}", [":6:", "'max'", "second time"]),
    ("{\"figure\": \"totals.macs\",\n\"max\": -5}", [":5:", "'max' must not be negative"]),
    (#"{"figure": "totals.macs", "max": 1"#, [":5:", "expected ',' or '}'"]),
  ])
  func `2: a wrong budget, with file, line and key`(limits: String, words: [String]) throws {
    let place = try Workplace()
    let budget = try place.budget(limits)
    let outcome = try assay(["check", place.network, "--budget", budget])
    #expect(outcome.status == .wrongUsage && outcome.output.isEmpty)
    for word in ["budget.json"] + words { #expect(outcome.error.contains(word), "\(outcome.error)") }
    withExtendedLifetime(place) {}
  }

  @Test func `3: an unreadable network`() throws {
    let place = try Workplace()
    let budget = try place.budget(#"{"figure": "totals.macs", "max": 1}"#)
    #expect(try assay(["check", place.folder.path + "none.onnx", "--budget", budget]).status == .unreadable)
    #expect(try assay(["check", budget, "--budget", budget]).status == .unreadable)
    withExtendedLifetime(place) {}
  }

  @Test func `4: incomplete figures with strict`() throws {
    let place = try Workplace()
    try place.folder.write(Self.convolution(8, custom: true), to: "n.onnxtxt")
    let budget = try place.budget(#"{"figure": "totals.macs", "max": 1000}"#)
    let lax = try assay(["check", place.network, "--budget", budget])
    #expect(lax.status == .done && lax.output.contains("Mystery") && lax.output.contains("not known"))
    let strict = try assay(["check", place.network, "--budget", budget, "--strict"])
    #expect(strict.status == .incomplete && strict.error.contains("Mystery"))
    withExtendedLifetime(place) {}
  }

  @Test func `5: nothing to compare with`() throws {
    let place = try Workplace()
    let check = ["check", place.network, "--baseline", place.baseline]
    let absent = try assay(check)
    #expect(absent.status == .notComparable && absent.error.contains("--update-baseline"))
    for (content, reason) in [
      (#"{"schema": "assay-baseline/2"}"#, "assay-baseline/2"),
      (#"{"schema": "assay-baseline/1", "networks": {}}"#, "holds no network"),
      (
        #"{"schema": "assay-baseline/1", "networks": {"n": {"figures": {"totals.macs": 1}, "layers": []}}}"#,
        "totals.parameters.learnable"
      ),
      ("not JSON", "no baseline"),
    ] {
      try place.folder.write(Array(content.utf8), to: "baseline.json")
      let outcome = try assay(check)
      #expect(outcome.status == .notComparable && outcome.error.contains(reason), "\(outcome.error)")
    }
    // A file that is no baseline is not written over.
    #expect(try assay(check + ["--update-baseline"]).status == .notComparable)
    #expect(try contents(of: place.baseline) == Array("not JSON".utf8))
    withExtendedLifetime(place) {}
  }

  @Test func `1 outweighs 5, so that a regression is never taken for a reason to skip`() throws {
    let place = try Workplace()
    try place.folder.write(
      Array(#"{"schema": "assay-baseline/1", "networks": {}}"#.utf8), to: "baseline.json")
    let budget = try place.budget(#"{"figure": "totals.macs", "max": 1}"#)
    #expect(
      try assay(["check", place.network, "--baseline", place.baseline, "--budget", budget]).status
        == .exceeded)
    withExtendedLifetime(place) {}
  }

  @Test func `Updating keeps other networks and rests relative limits only`() throws {
    let place = try Workplace()
    let other = try place.folder.write(Self.convolution(5), to: "other.onnxtxt")
    for network in [place.network, other] {
      #expect(
        try assay(["check", network, "--baseline", place.baseline, "--update-baseline"]).status == .done)
    }
    try place.folder.write(Self.convolution(16), to: "n.onnxtxt")
    let budget = try place.budget(
      #"{"figure": "totals.macs", "maxIncrease": 0}, {"figure": "totals.parameters.learnable", "max": 10}"#)
    let update = try assay([
      "check", place.network, "--baseline", place.baseline, "--update-baseline", "--budget", budget,
    ])
    #expect(update.status == .exceeded && !update.output.contains("totals.macs"))
    #expect(try assay(["check", place.network, other, "--baseline", place.baseline]).status == .done)
    withExtendedLifetime(place) {}
  }
}
