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
}
