import Checking
import Testing

@Suite struct BaselineTests {
  @Test(arguments: ["mobilenet_v2.onnx", "inception_v3.onnx", "gpt2.onnx"])
  func `What is written is read again`(fixture: String) throws {
    let snapshot = try EditedNetwork(fixture).snapshot
    let text = BaselineWriter.text(of: Baseline(networks: [snapshot]))
    let read = try BaselineReader.read(Array(text.utf8))
    let again = try #require(read.networks.first)
    for (key, value) in snapshot.figures { #expect(again.figures[key] == value, "\(key)") }
    #expect(again.layers.map(\.figures) == snapshot.layers.map(\.figures))
    #expect(NetworkChanges(from: snapshot, to: again).isEmpty)
    #expect(again.layers.map(\.name) == snapshot.layers.map(\.name))
    #expect(BaselineWriter.text(of: read) == text)
  }

  @Test func `A change in one layer changes one line of it`() throws {
    var network = try EditedNetwork("mobilenet_v2.onnx")
    let before = lines(try network.snapshot)
    network.setStrides(of: "/features/features.18/features.18.0/Conv", to: 1)
    #expect(lines(try network.snapshot) == before)
    var narrowed = try network.snapshot
    narrowed.layers[5].figures[0] = .integer(7)
    let after = lines(narrowed)
    #expect(zip(before, after).count { $0 != $1 } == 1 && before.count == after.count)
    #expect(before.count { $0.contains("\"operators\"") } == 64)
  }

  private func lines(_ snapshot: NetworkSnapshot) -> [Substring] {
    BaselineWriter.text(of: Baseline(networks: [snapshot])).split(separator: "\n")
  }

  @Test func `Networks are kept in order of their names and replaced by name`() throws {
    func network(_ name: String, macs: Int) -> NetworkSnapshot {
      NetworkSnapshot(name: name, figures: ["totals.macs": .integer(macs)])
    }
    var baseline = Baseline(networks: [network("b", macs: 1), network("a", macs: 2), network("c", macs: 3)])
    #expect(baseline.networks.map(\.name) == ["a", "b", "c"])
    var measured = network("b", macs: 4)
    measured.measured = JSONNode(.object([.init(key: "p50", value: JSONNode(.number(1.5)))]))
    baseline.put(measured)
    baseline.put(network("b", macs: 5))
    let read = try BaselineReader.read(Array(BaselineWriter.text(of: baseline).utf8))
    #expect(read.networks.map { $0.figures["totals.macs"] } == [.integer(2), .integer(5), .integer(3)])
    #expect(read.networks[1].measured?["p50"]?.number == 1.5)
  }

  @Test func `Names that are hostile stay text`() throws {
    let name = "\"},\n\u{1B}[31m\u{2028}\\"
    let snapshot = NetworkSnapshot(name: name, layers: [LayerSnapshot(name: name, operators: [name])])
    let text = BaselineWriter.text(of: Baseline(networks: [snapshot]))
    let read = try BaselineReader.read(Array(text.utf8))
    #expect(read.networks.first?.name == name && read.networks.first?.layers.first?.name == name)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x2028 })
  }

  @Test func lowerBoundsOfActivationsAreKept() throws {
    var snapshot = NetworkSnapshot(name: "n")
    for isLowerBound in [false, true] {
      snapshot.activationsAreLowerBounds = isLowerBound
      let text = BaselineWriter.text(of: Baseline(networks: [snapshot]))
      #expect(text.contains("activationsAreLowerBounds") == isLowerBound)
      let read = try BaselineReader.read(Array(text.utf8))
      #expect(read.networks.first?.activationsAreLowerBounds == isLowerBound)
      let wrong = text.replacing(": true", with: ": 1")
      guard isLowerBound else { continue }
      #expect(throws: BaselineError.self) { try BaselineReader.read(Array(wrong.utf8)) }
    }
  }

  @Test func `Another schema and a broken file are told apart`() {
    #expect(throws: BaselineError.otherSchema("assay-baseline/2")) {
      try BaselineReader.read(Array(#"{"schema": "assay-baseline/2"}"#.utf8))
    }
    #expect(throws: BaselineError.otherSchema(nil)) { try BaselineReader.read(Array("[]".utf8)) }
    #expect(throws: BaselineError.malformed(line: 2, key: "figures", expected: "an object")) {
      try BaselineReader.read(
        Array("{\"schema\": \"assay-baseline/1\", \"networks\": {\n\"a\": {\"figures\": 1}}}".utf8))
    }
    #expect(throws: BaselineError.syntax(JSONSyntaxError(line: 1, problem: .expected("a value")))) {
      try BaselineReader.read([])
    }
  }

  /// A file may say anything: whatever a line of it becomes, reading and comparing end.
  @Test func `A baseline changed at random is read or refused`() throws {
    let snapshot = try EditedNetwork("resnet18.onnx").snapshot
    let original = Array(BaselineWriter.text(of: Baseline(networks: [snapshot])).utf8)
    var random = SystemRandomNumberGenerator()
    var compared = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] =
          Array("0123456789-[]{},\":e".utf8).randomElement(using: &random) ?? 0
      }
      guard let baseline = try? BaselineReader.read(bytes), let before = baseline.networks.first else {
        continue
      }
      _ = NetworkChanges(from: before, to: snapshot)
      compared += 1
    }
    #expect(compared > 0)
  }
}
