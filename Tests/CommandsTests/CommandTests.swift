import Commands
import Foundation
import TestSupport
import Testing

private func json(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite struct CommandTests {
  @Test func `Analyze prints AlexNet as the lecture counts it`() throws {
    // MIT 6.5940, lecture 2: 61 M parameters, 724 M MACs, 932,264 activations, peak 440,928.
    let outcome = try assay(["analyze", Fixture.path("alexnet_lecture.onnx")])
    #expect(outcome.status == .done)
    for figure in ["60,954,656", "724,406,816", "932,264", "440,928"] {
      #expect(outcome.output.contains(figure), "\(figure) is printed")
    }
    for layer in ["105,415,200", "223,948,800", "149,520,384", "112,140,288", "74,760,192"] {
      #expect(outcome.output.contains(layer), "the layer table holds \(layer)")
    }
  }

  @Test func `JSON holds exact integers under the contract's names`() throws {
    let outcome = try assay(["analyze", Fixture.path("resnet50.onnx"), "--format", "json"])
    let report = try json(outcome.output)
    #expect(report["schema"] as? String == "assay-report/1")
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(totals["macs"] as? Int == 4_089_184_256)
    #expect(totals["flops"] as? Int == 8_178_368_512)
    #expect(report["profile"] == nil)
  }

  @Test func `Profile, report and compare write what they promise`() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let network = Fixture.path("mobilenet_v2.onnx")
    let smaller = ["--input-shape", "input=1,3,64,64", "--min-time", "0", "--quiet"]
    // A fixed extent in the file cannot be changed, and that is the command line's fault.
    #expect(try assay(["report", network, "-o", folder.path] + smaller).status == .wrongUsage)

    let quick = ["--min-time", "0", "--batch", "1", "--quiet"]
    #expect(try assay(["report", network, "-o", folder.path + "/one"] + quick).status == .done)
    for name in ["report.html", "report.md", "report.json"] {
      #expect(FileManager.default.fileExists(atPath: folder.path + "/one/" + name))
    }
    let report = try json(String(contentsOfFile: folder.path + "/one/report.json", encoding: .utf8))
    let profile = try #require(report["profile"] as? [String: Any])
    let batches = try #require(profile["batches"] as? [[String: Any]])
    #expect(batches.count == 1 && batches.first?["batch"] as? Int == 1)

    let compared = try assay([
      "compare", network, Fixture.path("resnet18.onnx"), "--static", "--format", "json",
    ])
    #expect(compared.status == .done)
    #expect(try json(compared.output)["schema"] as? String == "assay-comparison/1")
  }

  /// 3 is the leading extent in the file, 4 what the options put in place of its symbol.
  @Test(arguments: [("3", [], 3), ("N", ["--dim", "N=4"], 4), ("N", ["--input-shape", "x=4,2"], 4)])
  func `A batch that is fixed is measured as it is`(extent: String, options: [String], expected: Int) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let text = """
      <ir_version: 8, opset_import: ["": 17]>
      fixed (float[\(extent), 2] x) => (float[\(extent), 2] y) { y = Relu (x) }
      """
    let network = try folder.write(Array(text.utf8), to: "network.onnxtxt")
    let quick = ["--min-time", "0", "--quiet"] + options
    let profiled = try assay(["profile", network, "--format", "json"] + quick)
    #expect(profiled.status == .done, "\(profiled.error)")
    let profile = try #require(try json(profiled.output)["profile"] as? [String: Any])
    let batches = try #require(profile["batches"] as? [[String: Any]])
    #expect(batches.map { $0["batch"] as? Int } == [expected])
    #expect(try assay(["report", network, "-o", folder.path] + quick).status == .done)
    #expect(
      try assay(["compare", network, network, "--static", "--format", "json"] + options).status == .done)
    #expect(try assay(["profile", network, "--batch", "7"] + quick).status == .wrongUsage)
  }

  @Test(arguments: [("float16", true), ("bfloat16", true), ("float", false)])
  func `A profile says that 16-bit floats were computed in 32 bits`(type: String, expected: Bool) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let text = """
      <ir_version: 8, opset_import: ["": 22]>
      narrow (\(type)[N, 2] x) => (\(type)[N, 2] y) { y = Relu (x) }
      """
    let network = try folder.write(Array(text.utf8), to: "network.onnxtxt")
    let told = try assay(["profile", network, "--min-time", "0", "--quiet"])
    #expect(told.output.contains("16-bit floats were computed in 32 bits") == expected)
    let written = try assay(["profile", network, "--min-time", "0", "--quiet", "--format", "json"])
    let profile = try #require(try json(written.output)["profile"] as? [String: Any])
    #expect(profile["widenedFloats"] as? Bool == expected)
  }

  @Test(arguments: [
    ["analyze"], ["analyze", "a", "b"], ["analyse", "x"], ["analyze", "x", "--frmat", "json"],
    ["analyze", "x", "--batch", "0"], ["analyze", "x", "--dim", "N"], ["profile", "x", "--threads", "many"],
    [],
    ["report", "x"], ["compare", "x"], ["completions", "powershell"],
  ])
  func `A wrong command line ends with 2 and one line`(words: [String]) throws {
    let outcome = try assay(words)
    #expect(outcome.status == .wrongUsage)
    #expect(outcome.error.split(separator: "\n").last?.hasPrefix("assay: ") == true)
    #expect(outcome.output.isEmpty)
  }

  @Test func `An unreadable network ends with 3 and one line`() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let empty = folder.path + "/empty.onnx"
    #expect(FileManager.default.createFile(atPath: empty, contents: Data()))
    let text = folder.path + "/text.onnx"
    #expect(FileManager.default.createFile(atPath: text, contents: Data("not a network\n".utf8)))
    for path in [folder.path, empty, text, folder.path + "/missing.onnx"] {
      for command in ["analyze", "profile", "print"] {
        let outcome = try assay([command, path])
        #expect(outcome.status == .unreadable)
        #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
        #expect(outcome.output.isEmpty)
      }
    }
  }

  @Test func `Help is data, on every command`() throws {
    #expect(try assay(["--help"]).output.contains("analyze"))
    for command in CommandList.descriptions {
      let page = try assay([command.name, "--help"])
      #expect(page.status == .done && page.error.isEmpty)
      for option in command.options { #expect(page.output.contains(option.name)) }
    }
  }

  @Test func `What is printed as text is the same network again`() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path + "/printed.onnxtxt"
    let network = Fixture.path("resnet18.onnx")
    #expect(try assay(["print", network, "--output", path]).status == .done)
    let first = try json(assay(["analyze", network, "--format", "json"]).output)
    let again = try json(assay(["analyze", path, "--format", "json"]).output)
    let macs = (first["totals"] as? [String: Any])?["macs"] as? Int
    #expect(macs == 1_814_073_344)
    #expect((again["totals"] as? [String: Any])?["macs"] as? Int == macs)
  }

  private func number(_ report: [String: Any], _ keys: String...) -> Int? {
    keys.dropLast().reduce(report as [String: Any]?) { $0?[$1] as? [String: Any] }?[keys.last ?? ""] as? Int
  }

  /// Sums over the modules are the totals, whatever the depth.
  @Test(arguments: ["resnet50.onnx", "bert_base.onnx", "gpt2.onnx", "vit_b_16.onnx"])
  func `Modules add up to the totals`(name: String) throws {
    for depth in 1...4 {
      let outcome = try assay(["analyze", Fixture.path(name), "--depth", "\(depth)", "--format", "json"])
      let report = try json(outcome.output)
      let modules = try #require((report["modules"] as? [String: Any])?["groups"] as? [[String: Any]])
      #expect(modules.count > 1)
      for figure in ["macs", "flops", "elementwiseOperations", "operations", "bytesMoved"] {
        let sum = modules.reduce(0) { $0 + (number($1, figure) ?? 0) }
        #expect(sum == number(report, "totals", figure), "\(figure) at depth \(depth)")
      }
      let parameters = modules.reduce(0) { $0 + (number($1, "parameters", "learnable") ?? 0) }
      #expect(parameters == number(report, "totals", "parameters", "learnable"))
    }
  }

  /// As torchvision divides it: layer1 to layer4 of 3, 4, 6 and 3 blocks.
  @Test func `Modules are those of the framework`() throws {
    let outcome = try assay(["analyze", Fixture.path("resnet50.onnx"), "--depth", "1", "--format", "csv"])
    let rows = outcome.output.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(
      rows.map { $0[0] } == [
        "module", "conv1", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc",
      ])
    // fc: 2048 x 1000 + 1000.
    #expect(rows.last?[2] == "2049000")
  }

  /// The points of a sweep are what the analysis says with the symbol bound.
  @Test func `A sweep is the analysis at each extent`() throws {
    let network = Fixture.path("bert_base.onnx")
    let swept = try assay(["analyze", network, "--sweep", "S=32..128:x2,500", "--format", "json"])
    let points = try #require((json(swept.output)["sweep"] as? [String: Any])?["points"] as? [[String: Any]])
    #expect(points.compactMap { number($0, "extent") } == [32, 64, 128, 500])
    for point in points {
      let extent = try #require(number(point, "extent"))
      let report = try json(assay(["analyze", network, "--dim", "S=\(extent)", "--format", "json"]).output)
      for figure in ["macs", "operations", "bytesMoved"] {
        #expect(number(point, figure) == number(report, "totals", figure))
      }
      #expect(
        number(point, "peakLivenessBytes")
          == number(report, "totals", "activations", "peak", "liveness", "bytes"))
    }
    let csv = try assay(["analyze", network, "--sweep", "S=32,64", "--format", "csv"]).output
    #expect(csv.hasPrefix("S,macs,") && csv.split(whereSeparator: \.isNewline).count == 3)
    // The table of positions ends at 512; the message names the extent.
    let beyond = try assay(["analyze", network, "--sweep", "S=512..1024:512"])
    #expect(beyond.status == .unreadable && beyond.error.contains("(at S = 1024)"))
  }

  @Test(arguments: ["S", "S=", "S=a", "S=3..1", "S=1..4:0", "S=0..8:x2", "S=1..8:x1", "S=1..100000", "=1"])
  func `A malformed sweep is refused`(text: String) throws {
    #expect(try assay(["analyze", Fixture.path("bert_base.onnx"), "--sweep", text]).status == .wrongUsage)
  }

  /// The form as text, as terms, and as the numbers that they give.
  @Test func `Closed forms are in the report`() throws {
    let outcome = try assay(["analyze", Fixture.path("bert_base.onnx"), "--closed-forms", "--format", "json"])
    let closed = try #require(json(outcome.output)["closedForms"] as? [String: Any])
    let figures = try #require(closed["figures"] as? [[String: Any]])
    let macs = try #require(figures.first { $0["figure"] as? String == "macs" })
    let form = try #require(macs["form"] as? [String: Any])
    #expect(form["expression"] as? String == "18432*N*S^2 + 84934656*N*S + 589824*N")
    let terms = try #require(form["terms"] as? [[String: Any]])
    #expect(terms.map { number($0, "coefficient") } == [18432, 84_934_656, 589_824])
    #expect(terms.map { number($0, "exponents", "S") } == [2, 1, nil])
    let domain = try #require(macs["domain"] as? [[String: Any]])
    #expect(
      domain.map { number($0, "from") } == [1, 1] && domain.map { number($0, "through") } == [nil, 512])
    #expect(
      try assay(["analyze", Fixture.path("resnet50.onnx"), "--closed-forms"]).output.contains(
        "4,089,184,256 N"))
  }

  /// The option that the error names lets the network through.
  @Test func `Limits are raised from the command line`() throws {
    let network = Fixture.path("resnet18.onnx")
    for limit in ["nodes=10", "rank=3", "elements=100", "name-bytes=3", "depth=2"] {
      let refused = try assay(["analyze", network, "--limit", limit])
      #expect(refused.status == .unreadable)
      #expect(refused.error.contains("--limit \(limit.prefix { $0 != "=" })=N"), "\(refused.error)")
    }
    let raised = ["nodes=1000", "rank=4", "elements=10000000", "name-bytes=100", "depth=20"].flatMap {
      ["--limit", $0]
    }
    #expect(try assay(["analyze", network] + raised).status == .done)
    for wrong in ["weight=1", "nodes", "nodes=0", "depth=100000"] {
      #expect(try assay(["analyze", network, "--limit", wrong]).status == .wrongUsage)
    }
    let run = try assay(["profile", network, "--min-time", "0", "--quiet", "--limit", "memory=1000"])
    #expect(run.status == .cannotRun && run.error.contains("--limit memory=BYTES"), "\(run.error)")
  }
}
