import Formats
import Network
import TestSupport
import Testing

/// Files of TensorFlow Lite as networks of ONNX's operators.
@Suite struct TFLiteTests {
  /// A convolution with an activation, a mean over the map, a fully connected layer on integers and a softmax.
  static let small: LiteBuilder = {
    var model = LiteBuilder()
    let x = model.tensor("x", [1, 5, 5, 2], signature: [-1, 5, 5, 2])
    let w = model.floats("w", [3, 3, 3, 2], (0..<54).map { Float($0) })
    let b = model.floats("b", [3], [1, 2, 3])
    let y = model.tensor("y", [1, 3, 3, 3], signature: [-1, 3, 3, 3])
    model.node(3, [x, w, b], [y], options: [0: .byte(0), 1: .integer(2), 2: .integer(2), 3: .byte(3)])
    let axes = model.integers("axes", [1, 2])
    let mean = model.tensor("mean", [1, 3], signature: [-1, 3])
    model.node(40, [y, axes], [mean], options: [0: .byte(0)])
    let q = model.tensor("q", [1, 3], type: 9, scales: [0.5], zeroPoints: [3], signature: [-1, 3])
    model.node(114, [mean], [q], options: [:])
    let v = model.tensor(
      "v", [2, 3], type: 9, data: [1, 2, 3, 4, 5, 6], scales: [0.5, 0.25], zeroPoints: [0, 0])
    let f = model.tensor("f", [1, 2], type: 9, scales: [0.5], zeroPoints: [-3], signature: [-1, 2])
    model.node(9, [q, v, -1], [f], options: [0: .byte(1)])
    let d = model.tensor("d", [1, 2], signature: [-1, 2])
    model.node(6, [f], [d], options: [:])
    let p = model.tensor("p", [1, 2], signature: [-1, 2])
    model.node(25, [d], [p], options: [0: .float(1)])
    model.ports([x], [p])
    return model
  }()

  private func problem(_ model: LiteBuilder) throws -> FormatError.Problem? {
    try FormatsTests.problem { try read(model.bytes) }
  }

  @Test func `Operators become those of the network, in groups`() throws {
    let network = try read(Self.small.bytes)
    let graph = network.graph
    #expect(network.format == "TensorFlow Lite" && graph.isConsistent && graph.operatorCount == 6)
    let work = graph.nodes.filter { !$0.isAuxiliary }.map(\.operatorName)
    #expect(
      work == [
        "Conv", "Clip", "ReduceMean", "QuantizeLinear", "QLinearConv", "Clip", "DequantizeLinear", "Softmax",
      ])
    // The map is laid out anew once; behind the convolution everything goes along with it.
    let transposes = graph.nodes.filter { $0.operatorName == "Transpose" }
    #expect(transposes.count == 2 && transposes.allSatisfy(\.isAuxiliary))
    #expect(graph.inputs.map { graph[$0].name } == ["x"] && graph.outputs.map { graph[$0].name } == ["p"])
    guard case .tensor(.float32, let extents)? = graph[graph.inputs[0]].declared else {
      Issue.record("the input has no type")
      return
    }
    #expect(extents == [.symbol("N"), .fixed(5), .fixed(5), .fixed(2)])
    let convolution = try #require(graph.nodes.first { $0.operatorName == "Conv" })
    guard case .integers(let pads)? = convolution.attributes.first(where: { $0.name == "pads" })?.value else {
      Issue.record("the convolution has no padding")
      return
    }
    // ceil(5 / 2) = 3 places; (3 - 1) * 2 + 3 - 5 = 2 elements of padding.
    #expect(pads == [1, 1, 1, 1])
  }

  @Test func `An operator without a translation keeps its name`() throws {
    var model = LiteBuilder()
    let x = model.tensor("x", [1, 4])
    let y = model.tensor("y", [2, 3])
    model.node(32, [x, -1], [y], custom: "Mystery")
    model.ports([x], [y])
    let graph = try read(model.bytes).graph
    #expect(graph.nodes.map(\.operatorName) == ["Mystery"] && graph.nodes[0].domain == "tflite")
    #expect(graph.nodes[0].inputs.count == 2 && graph.nodes[0].inputs[1] == nil)
    #expect(graph[graph.outputs[0]].declared == .tensor(.float32, [.fixed(2), .fixed(3)]))
  }

  @Test func `Sparse weights are read as dense ones`() throws {
    // Rows [0, 2, 0] and [3, 0, 4], the second axis compressed.
    var model = LiteBuilder()
    let x = model.tensor("x", [2, 3])
    func bytes(_ values: [Float]) -> [UInt8] {
      values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }
    func vector(_ list: [Int32]) -> FlatField { .object(.table([0: .object(.integers(list))])) }
    let sparsity: FlatObject = .table([
      0: .object(.integers([0, 1])), 1: .object(.integers([])),
      2: .object(
        .objects([
          .table([0: .byte(0), 1: .integer(2)]),
          .table([0: .byte(1), 2: .byte(1), 3: vector([0, 1, 3]), 4: .byte(1), 5: vector([1, 0, 2])]),
        ])),
    ])
    let w = model.tensor("w", [2, 3], data: bytes([2, 3, 4]), more: [6: .object(sparsity)])
    let dense = model.tensor("dense", [2, 3])
    model.node(124, [w], [dense])
    let y = model.tensor("y", [2, 3])
    model.node(0, [x, dense], [y], options: [0: .byte(0)])
    model.ports([x], [y])
    let graph = try read(model.bytes).graph
    let tensor = try #require(graph.values.first { $0.name == "w" }?.initializer)
    #expect(tensor.withBytes { Array($0) } == bytes([0, 2, 0, 3, 0, 4]))
  }

  @Test func `Branches take what they need from around them`() throws {
    var model = LiteBuilder()
    let c = model.tensor("c", [], type: 6)
    let x = model.tensor("x", [4])
    let y = model.tensor("y", [4])
    model.node(118, [c, x], [y], options: [0: .integer(1), 1: .integer(2)])
    model.ports([c, x], [y])
    for code: Int32 in [19, 28] {
      model.subgraphs.append(LiteBuilder.Subgraph())
      let a = model.tensor("a", [4])
      let b = model.tensor("b", [4])
      model.node(code, [a], [b])
      model.ports([a], [b])
    }
    let network = try read(model.bytes)
    #expect(network.graph.isConsistent && network.findings.isEmpty)
    let branch = try #require(network.graph.nodes.first { $0.operatorName == "If" })
    let names = branch.attributes.compactMap { attribute -> [String]? in
      guard case .graph(let graph) = attribute.value else { return nil }
      return graph.nodes.map(\.operatorName)
    }
    #expect(names == [["Relu", "Identity"], ["Tanh", "Identity"]])
  }

  @Test func `A subgraph that calls itself is refused`() throws {
    var model = LiteBuilder()
    let c = model.tensor("c", [], type: 6)
    let y = model.tensor("y", [], type: 6)
    model.node(118, [c, c], [y], options: [0: .integer(1), 1: .integer(1)])
    model.ports([c], [y])
    model.subgraphs.append(LiteBuilder.Subgraph())
    let a = model.tensor("a", [], type: 6)
    let b = model.tensor("b", [], type: 6)
    model.node(118, [a, a], [b], options: [0: .integer(1), 1: .integer(1)])
    model.ports([a], [b])
    #expect(try problem(model) == .recursiveSubgraph(1))
  }

  /// Each subgraph calls the next one twice: 2 to the 20th operators of a small file.
  @Test func `A file that grows without bounds is refused`() throws {
    var model = LiteBuilder()
    for index: Int32 in 0..<21 {
      if index > 0 { model.subgraphs.append(LiteBuilder.Subgraph()) }
      let c = model.tensor("c", [], type: 6)
      let y = model.tensor("y", [], type: 6)
      if index < 20 {
        model.node(118, [c, c], [y], options: [0: .integer(index + 1), 1: .integer(index + 1)])
      } else {
        model.node(87, [c], [y])
      }
      model.ports([c], [y])
    }
    #expect(try problem(model) == .tooMany(.expandedNodes, limit: 50_000))
  }

  @Test func `References to nothing are refused`() throws {
    func model(_ change: (inout LiteBuilder) -> Void) throws -> FormatError.Problem? {
      var model = LiteBuilder()
      let x = model.tensor("x", [4])
      let y = model.tensor("y", [4])
      model.ports([x], [y])
      change(&model)
      return try problem(model)
    }
    #expect(try model { $0.node(19, [0], [1]) } == nil)
    #expect(try model { $0.node(19, [7], [1]) } == .reference("tensors", 7))
    #expect(try model { $0.node(19, [-2], [1]) } == .reference("tensors", -2))
    #expect(try model { $0.node(19, [0], [-1]) } == .reference("tensors", -1))
    #expect(try model { $0.node(19, [-1], [1]) } == .malformedOperator("input 0 is missing"))
    #expect(try model { $0.node(19, [0], [0]) } == .duplicateName("x"))
    #expect(try model { _ in } == .undefinedName("y"))
    #expect(
      try model {
        $0.node(19, [0], [1])
        $0.version = 2
      } == .formatVersion(2))
    #expect(
      try model { $0.tensor("z", [-1]) } == .negativeExtent(-1))
    #expect(
      try model { $0.tensor("z", [4], more: [2: .integer(99)]) } == .reference("buffers", 99))
    #expect(
      try model { $0.tensor("z", [4], data: [1, 2, 3]) } == .tensorLength(expected: 16, found: 3))
    #expect(try model { $0.tensor("z", [4], type: 77) } == .elementType(77))
    #expect(
      try model { $0.tensor("z", [4], type: 9, scales: [1, 2], zeroPoints: [0, 0]) }
        == .quantization(scales: 2))
    #expect(
      try model { $0.tensor("z", [Int32.max, Int32.max, 4]) } == .tooMany(.elements, limit: 1 << 40))
  }

  @Test func `Windows without extent are refused`() throws {
    for (stride, dilation): (Int32, Int32) in [(0, 1), (1, 0), (-1, 1), (1, -7)] {
      var model = LiteBuilder()
      let x = model.tensor("x", [1, 4, 4, 1])
      let w = model.floats("w", [1, 1, 1, 1], [1])
      let y = model.tensor("y", [1, 4, 4, 1])
      model.node(
        3, [x, w, -1], [y],
        options: [
          0: .byte(1), 1: .integer(stride), 2: .integer(stride), 4: .integer(dilation), 5: .integer(dilation),
        ])
      model.ports([x], [y])
      guard case .malformedOperator? = try problem(model) else {
        Issue.record("stride \(stride), dilation \(dilation) were accepted")
        return
      }
    }
  }

  @Test func `Every truncation and every changed byte is read or refused`() throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let bytes = Self.small.bytes
    func expectAnswer(_ bytes: [UInt8], _ what: String) throws {
      let path = try folder.write(bytes, to: "model.tflite")
      do throws(FormatError) {
        let network = try NetworkReader.read(path: path)
        #expect(network.graph.isConsistent, "\(what)")
      } catch {
        #expect(!error.message.isEmpty && !error.message.contains("\n"), "\(what)")
      }
    }
    for count in 0..<bytes.count { try expectAnswer(Array(bytes[..<count]), "cut at \(count)") }
    for place in bytes.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, bytes[place] ^ 1, bytes[place] &+ 4] {
        var changed = bytes
        changed[place] = value
        try expectAnswer(changed, "byte \(place) as \(value)")
      }
    }
  }
}
