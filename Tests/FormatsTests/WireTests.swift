import Formats
import Network
import TestSupport
import Testing

/// The rules of protobuf's encoding. What is accepted and refused here, the protobuf library accepts and refuses.
@Suite struct WireTests {
  private func relu(_ graph: inout ProtobufEncoder) {
    graph.input("x", [1, 2])
    graph.output("y")
    graph.node("Relu", ["x"], ["y"])
  }

  @Test func fieldsComeInAnyOrder() throws {
    let model = ProtobufEncoder { model in
      model.message(7) { graph in
        graph.message(1) { node in
          node.string(4, "Relu")
          node.string(2, "y")
          node.string(3, "activation")
          node.string(1, "x")
        }
        graph.output("y")
        graph.input("x", [1, 2])
        graph.string(2, "g")
      }
      model.operatorSet("", 17)
      model.integer(1, 8)
    }
    let network = try read(model)
    #expect(network.name == "g" && network.graph.nodes[0].name == "activation")
    #expect(network.graph.nodes[0].inputs == network.graph.inputs)
    #expect(network.graph.nodes[0].outputs == network.graph.outputs)
  }

  @Test func piecesOfOneMessageAreMerged() throws {
    var model = ProtobufEncoder.model { graph in
      graph.input("x", [2])
      graph.node("Relu", ["x"], ["a"])
    }
    model.message(7) { graph in
      graph.node("Neg", ["a"], ["y"])
      graph.output("y")
    }
    #expect(try read(model).graph.nodes.map(\.operatorName) == ["Relu", "Neg"])
  }

  @Test func lastScalarWins() throws {
    var model = ProtobufEncoder.model(relu)
    model.integer(1, 9)
    #expect(try read(model).formatVersion == 9)
  }

  /// `dims` half packed, half not, as producers of both kinds write it.
  @Test func packedAndUnpackedNumbersMix() throws {
    let model = ProtobufEncoder.model { graph in
      graph.output("w")
      graph.message(5) { tensor in
        tensor.packed(1, integers: [2, 3])
        tensor.integer(1, 1)
        tensor.integer(1, 4)
        tensor.integer(2, 1)
        tensor.string(8, "w")
        tensor.bytes(9, [UInt8](repeating: 0, count: 96))
      }
    }
    #expect(try read(model).graph.values[0].initializer?.dimensions == [2, 3, 1, 4])
  }

  @Test func typedDataMayComeInPieces() throws {
    let model = ProtobufEncoder.model { graph in
      graph.output("w")
      graph.initializer("w", 1, [3]) {
        $0.packed(4, floats: [1])
        $0.float(4, 2)
        $0.packed(4, floats: [3])
      }
    }
    let bytes = try read(model).graph.values[0].initializer?.withBytes { Array($0) }
    #expect(bytes == [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64])
  }

  @Test func unknownFieldsAndGroupsArePassedOver() throws {
    var model = ProtobufEncoder.model(relu)
    model.integer(99, -1)
    model.double(98, 1.5)
    model.float(97, 1.5)
    model.string(96, "later")
    model.tag(95, 3)
    model.integer(1, 77)
    model.tag(94, 3)
    model.tag(94, 4)
    model.tag(95, 4)
    let network = try read(model)
    #expect(network.formatVersion == 8 && network.graph.nodes.count == 1)
  }

  @Test func aKnownFieldOfAnotherWireTypeIsPassedOver() throws {
    var model = ProtobufEncoder.model(relu)
    model.string(1, "not a version")
    #expect(try read(model).formatVersion == 8)
  }

  @Test(arguments: [
    (
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      FormatError.Problem.malformedNumber
    ),
    ([0x08], .truncated), ([0x08, 0x80], .truncated),
    ([0x3A, 0x05, 0x00], .truncated),
    ([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .truncated),
    ([0x08, 0x08, 0x0E], .malformedTag(0x0E)), ([0x08, 0x08, 0x0F], .malformedTag(0x0F)),
    ([0x08, 0x08, 0x00], .malformedTag(0)), ([0x08, 0x08, 0x04], .malformedTag(4)),
    ([0x08, 0x08, 0x80, 0x80, 0x80, 0x80, 0x10], .malformedTag(1 << 32)),
    ([0x08, 0x08, 0x0C], .unmatchedGroup), ([0x08, 0x08, 0x0B], .truncated),
    ([0x08, 0x08, 0x0B, 0x14], .unmatchedGroup), ([0x08, 0x08, 0x0D, 0x00], .truncated),
    ([0x08, 0x08, 0x09, 0x00], .truncated),
  ])
  func brokenEncodings(bytes: [UInt8], expected: FormatError.Problem) throws {
    #expect(try problem { try read(bytes) } == expected)
  }

  @Test func tenByteNumbersAreNegative() throws {
    let model = ProtobufEncoder.model { graph in
      graph.output("y")
      graph.node("Constant", [], ["y"]) { $0.attribute("value_int", type: 2) { $0.integer(3, -5) } }
    }
    guard case .integer(-5)? = try read(model).graph.nodes[0].attributes.first?.value else {
      Issue.record("not -5")
      return
    }
  }

  @Test func groupsInsideOneAnotherHaveALimit() throws {
    var model = ProtobufEncoder.model(relu)
    for _ in 0..<100_000 { model.tag(50, 3) }
    #expect(try problem(model) == .tooMany(.depth, limit: 100))
  }

  /// 33 graphs inside one another are three messages each within a limit of 100; one more is not.
  @Test(arguments: [(32, true), (33, false), (2000, false)])
  func graphsInsideOneAnotherHaveALimit(levels: Int, isRead: Bool) throws {
    var inner = ProtobufEncoder {
      $0.node("Constant", [], ["v"]) { $0.attribute("value_float", type: 1) { $0.float(2, 1) } }
      $0.output("v")
    }
    for level in 0..<levels {
      let body = inner
      inner = ProtobufEncoder { graph in
        graph.output("v\(level)")
        graph.node("If", ["c"], ["v\(level)"]) {
          $0.attribute("then_branch", type: 5) { $0.message(6, body) }
        }
      }
    }
    let graph = inner
    let model = ProtobufEncoder.model {
      $0.input("c")
      $0.raw(graph.bytes)
    }
    #expect(try problem(model) == (isRead ? nil : .tooMany(.depth, limit: 100)))
  }

  @Test func namesThatAreNotUnicodeAreRepaired() throws {
    let model = ProtobufEncoder.model { graph in
      graph.input("x")
      graph.output("y")
      graph.message(1) { node in
        node.string(1, "x")
        node.string(2, "y")
        node.bytes(3, [0x61, 0xFF, 0x62])
        node.string(4, "Relu")
      }
    }
    #expect(try read(model).graph.nodes[0].name == "a\u{FFFD}b")
  }
}
