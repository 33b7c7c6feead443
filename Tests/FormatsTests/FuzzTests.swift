import Formats
import Network
import TestSupport
import Testing

/// Files cut off or changed: each is read or refused with an error of its own kind, and what is read is consistent.
@Suite struct FuzzTests {
  /// A model with something of everything: subgraph, function, tensors in both forms, attributes of most kinds.
  static let model: ProtobufEncoder = {
    let function = ProtobufEncoder { function in
      function.string(10, "local")
      function.string(1, "Twice")
      function.string(4, "v")
      function.string(5, "r")
      function.string(6, "alpha")
      function.operatorSet("", 17, field: 9)
      function.node("Add", ["v", "v"], ["r"], field: 7)
    }
    var model = ProtobufEncoder()
    model.integer(1, 8)
    model.operatorSet("", 17)
    model.operatorSet("local", 1)
    model.message(25, function)
    model.message(7) { graph in
      graph.string(2, "g")
      graph.input("x", [1, -1])
      graph.output("y", [1, 2])
      graph.initializer("w", 1, [2]) { $0.bytes(9, [0, 0, 128, 63, 0, 0, 0, 64]) }
      graph.initializer("k", 7, [2]) { $0.packed(7, integers: [1, -1]) }
      graph.node("Add", ["x", "w"], ["a"], name: "first") {
        $0.attribute("axes", type: 7) { $0.packed(8, integers: [0, 1]) }
        $0.attribute("mode", type: 3) { $0.string(4, "linear") }
      }
      graph.node("Twice", ["a"], ["b"], domain: "local") {
        $0.attribute("alpha", type: 1) { $0.float(2, 0.5) }
      }
      graph.node("If", ["b"], ["y"]) { node in
        node.attribute("then_branch", type: 5) {
          $0.message(6) {
            $0.output("t")
            $0.node("Reshape", ["a", "k"], ["t"])
          }
        }
      }
    }
    return model
  }()

  private func isReadOrRefused(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
    let path = try folder.write(bytes, to: "model.onnx")
    do throws(FormatError) {
      let network = try NetworkReader.read(path: path)
      #expect(network.graph.isConsistent && network.functions.allSatisfy(\.body.isConsistent))
      return true
    } catch {
      #expect(error.file == path && !error.message.isEmpty && !error.message.contains("\n"))
      return false
    }
  }

  @Test func theWholeFileIsRead() throws {
    let network = try read(Self.model)
    #expect(
      network.graph.nodes.map(\.operatorName) == ["Add", "Twice", "If"] && network.functions.count == 1)
  }

  @Test func everyTruncationIsRefused() throws {
    let folder = try TemporaryFolder()
    let bytes = Self.model.bytes
    for count in 0..<bytes.count {
      #expect(try !isReadOrRefused(Array(bytes[..<count]), in: folder), "cut at \(count)")
    }
  }

  @Test func everyChangeOfOneByte() throws {
    let folder = try TemporaryFolder()
    let bytes = Self.model.bytes
    for place in bytes.indices {
      for value: UInt8 in [
        0x00, 0x01, 0x7F, 0x80, 0xFF, bytes[place] ^ 0x01, bytes[place] ^ 0x40, bytes[place] &+ 1,
      ] {
        var changed = bytes
        changed[place] = value
        _ = try isReadOrRefused(changed, in: folder)
      }
    }
  }

  @Test func everyByteLeftOutOrDoubled() throws {
    let folder = try TemporaryFolder()
    let bytes = Self.model.bytes
    for place in bytes.indices {
      var changed = bytes
      changed.remove(at: place)
      _ = try isReadOrRefused(changed, in: folder)
      changed = bytes
      changed.insert(bytes[place], at: place)
      _ = try isReadOrRefused(changed, in: folder)
    }
  }

  @Test func aThousandTruncationsOfARealNetwork() throws {
    let folder = try TemporaryFolder()
    let bytes = try contents(of: Fixture.path("mobilenet_v1.onnx"))
    for step in 0..<1000 {
      _ = try isReadOrRefused(Array(bytes[..<(bytes.count * step / 1000)]), in: folder)
    }
  }

  /// The same of text: cuts and changes give an error with a line and a column, or another network.
  @Test(arguments: ["functions.onnxtxt", "attributes.onnxtxt"])
  func changesOfText(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try contents(of: Fixture.path("operators/" + name))
    for place in bytes.indices {
      _ = try isReadOrRefused(Array(bytes[..<place]), in: folder)
      for value: UInt8 in [UInt8(ascii: "\""), UInt8(ascii: "9"), 0xFF] {
        var changed = bytes
        changed[place] = value
        _ = try isReadOrRefused(changed, in: folder)
      }
    }
  }

  @Test func tooManyNodesAreRefused() throws {
    var limits = Limits()
    limits.nodes = 10
    let model = ProtobufEncoder.model { graph in
      for index in 0..<11 { graph.node("Constant", [], ["v\(index)"]) }
    }
    #expect(try problem(model, limits: limits) == .tooMany(.nodes, limit: 10))
  }

  /// Two bytes a node: refused at the first, not after millions.
  @Test func emptyNodesAreRefused() throws {
    let model = ProtobufEncoder.model { $0.raw((0..<400_000).map { $0 % 2 == 0 ? 0x0A : 0 }) }
    #expect(try problem(model) == .emptyOperator)
  }
}
