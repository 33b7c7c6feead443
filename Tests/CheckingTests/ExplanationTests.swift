import Checking
import Network
import Testing

/// A changed MobileNetV2 against the original: the explanation names the layers that were changed and no others. Layer names and
/// shapes are torchvision's; differences in MACs are closed forms over them.
@Suite struct ExplanationTests {
  private func changes(_ edit: (inout EditedNetwork) -> Void, of fixture: String = "mobilenet_v2.onnx") throws
    -> NetworkChanges
  {
    let before = try EditedNetwork(fixture)
    var after = before
    edit(&after)
    return NetworkChanges(from: try before.snapshot, to: try after.snapshot)
  }

  private func names(_ changes: NetworkChanges, _ kind: LayerChange.Kind) -> [String] {
    changes.layers.filter { $0.kind == kind }.map(\.name)
  }

  private static let block = "/features/features"

  @Test func `The same network has no changes`() throws {
    let changes = try changes { _ in }
    #expect(changes.isEmpty && changes.affected == 0 && changes.renamed == 0)
    #expect(changes.unchanged == 64)
  }

  @Test(arguments: [
    "mobilenet_v2.onnx", "inception_v3.onnx", "densenet121.onnx", "vit_b_16.onnx", "resnet50.bn.onnx",
  ])
  func `A second export under other names has no changes`(fixture: String) throws {
    let before = try EditedNetwork(fixture)
    let changes = NetworkChanges(from: try before.snapshot, to: try before.renamed().snapshot)
    #expect(changes.isEmpty && changes.affected == 0, "\(changes.layers.prefix(3))")
    #expect(changes.renamed > 50)
  }

  /// The inner width of block 2 from 96 to 128: at 112 x 112 expanded by 1 x 1 from 16, at 56 x 56 filtered 3 x 3 and
  /// projected to 24.
  private func widen(_ network: inout EditedNetwork) {
    let block = "\(Self.block).2/conv"
    network.setOutputChannels(of: "\(block)/conv.0/conv.0.0/Conv", to: 128)
    network.setOutputChannels(of: "\(block)/conv.1/conv.1.0/Conv", to: 128, isDepthwise: true)
    network.setInputChannels(of: "\(block)/conv.2/Conv", to: 128)
  }

  private let widened = [
    "\(block).2/conv/conv.0/conv.0.0/Conv", "\(block).2/conv/conv.1/conv.1.0/Conv",
    "\(block).2/conv/conv.2/Conv",
  ]

  @Test func `A widened block names its three convolutions`() throws {
    let changes = try changes(widen)
    #expect(names(changes, .changed) == widened)
    #expect(changes.layers.count == 3)
    #expect(
      changes.layers.map { $0.difference(in: "macs") } == [
        112 * 112 * 16 * 32, 56 * 56 * 9 * 32, 56 * 56 * 24 * 32,
      ])
    #expect(
      changes.layers.map { $0.difference(in: "parameters.learnable") } == [17 * 32, 10 * 32, 24 * 32])
  }

  @Test func `A widened block under other names names the same three`() throws {
    let before = try EditedNetwork("mobilenet_v2.onnx")
    var after = before
    widen(&after)
    let changes = NetworkChanges(from: try before.snapshot, to: try after.renamed().snapshot)
    let old = try before.snapshot.layers
    let places = widened.compactMap { name in old.firstIndex { $0.name == name } }
    let new = try after.renamed().snapshot.layers
    #expect(changes.layers.map(\.name) == places.map { new[$0].name })
    #expect(changes.layers.allSatisfy { $0.kind == .changed })
  }

  @Test func `Every layer of a network that is wider throughout is changed and none is added`() throws {
    let changes = try changes { network in
      for index in network.network.graph.nodes.indices
      where network.network.graph.nodes[index].operatorName == "Conv" {
        let node = network.network.graph.nodes[index]
        let isDepthwise = node.attributes.contains { attribute in
          if case ("group", .integer(let groups)) = (attribute.name, attribute.value) {
            groups > 1
          } else {
            false
          }
        }
        guard let value = node.inputs[1], let weights = network.network.graph[value].initializer else {
          continue
        }
        network.setOutputChannels(of: node.name, to: weights.dimensions[0] * 2, isDepthwise: isDepthwise)
        if !isDepthwise, weights.dimensions[1] > 3 {
          network.setInputChannels(of: node.name, to: weights.dimensions[1] * 2)
        }
      }
      guard let gemm = network.network.graph.nodes.first(where: { $0.operatorName == "Gemm" }) else { return }
      network.setInputChannels(of: gemm.name, to: 2560)
    }
    #expect(
      names(changes, .added).isEmpty && names(changes, .removed).isEmpty && names(changes, .moved).isEmpty)
    #expect(names(changes, .changed).count == 64)
  }

  /// Block 5's inner width from 192 to 144, and block 6, which keeps extent and width, taken out.
  @Test func `A pruned network names what was narrowed and what was taken out`() throws {
    let changes = try changes { network in
      let block = "\(Self.block).5/conv"
      network.setOutputChannels(of: "\(block)/conv.0/conv.0.0/Conv", to: 144)
      network.setOutputChannels(of: "\(block)/conv.1/conv.1.0/Conv", to: 144, isDepthwise: true)
      network.setInputChannels(of: "\(block)/conv.2/Conv", to: 144)
      network.removeNodes("\(Self.block).6/", readInstead: "\(Self.block).5/Add")
    }
    #expect(
      names(changes, .changed) == [
        "\(Self.block).5/conv/conv.0/conv.0.0/Conv", "\(Self.block).5/conv/conv.1/conv.1.0/Conv",
        "\(Self.block).5/conv/conv.2/Conv",
      ])
    #expect(
      names(changes, .removed) == [
        "\(Self.block).6/conv/conv.0/conv.0.0/Conv", "\(Self.block).6/conv/conv.1/conv.1.0/Conv",
        "\(Self.block).6/conv/conv.2/Conv", "\(Self.block).6/Add",
      ])
    #expect(names(changes, .added).isEmpty && names(changes, .moved).isEmpty)
    #expect(names(changes, .removed).count + names(changes, .changed).count == changes.layers.count)
    // Blocks behind the one that is gone see less of the input.
    #expect(changes.affected > 0)
  }

  @Test func `Two blocks taken out in different stages are both named`() throws {
    let changes = try changes { network in
      network.removeNodes("\(Self.block).6/", readInstead: "\(Self.block).5/Add")
      network.removeNodes("\(Self.block).9/", readInstead: "\(Self.block).8/Add")
    }
    #expect(changes.layers.allSatisfy { $0.kind == .removed })
    #expect(
      changes.layers.map { $0.name.split(separator: "/")[1] } == Array(repeating: "features.6", count: 4)
        + Array(repeating: "features.9", count: 4))
  }

  @Test func `Another stride is told by its attribute`() throws {
    let name = "\(Self.block).18/features.18.0/Conv"
    let changes = try changes { $0.setStrides(of: name, to: 2) }
    #expect(changes.layers.first?.name == name)
    #expect(
      changes.layers.first?.details.first
        == LayerChange.Detail(subject: .attributes, before: "", after: "strides=[2,2]"))
  }

  @Test func `MobileNetV2 in another topological order is the same network`() throws {
    // Only its constants can move: all of them first, last one foremost.
    let changes = try changes { network in
      let nodes = network.network.graph.nodes
      let constants = nodes.indices.filter { nodes[$0].operatorName == "Constant" }
      #expect(constants.count > 10)
      network.arrange(constants.reversed() + nodes.indices.filter { nodes[$0].operatorName != "Constant" })
    }
    #expect(changes.isEmpty && changes.affected == 0)
  }

  @Test func `Branches in another order are moved and nothing else`() throws {
    // Nodes by their distance from the input: the branches of each block run side by side instead of one after another.
    let changes = try changes(
      { network in
        let graph = network.network.graph
        var depth: [Int: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
          let before = node.inputs.compactMap {
            $0.flatMap { graph[$0].producer }.flatMap { depth[$0.index] }
          }
          depth[index] = (before.max() ?? 0) + 1
        }
        network.arrange(
          graph.nodes.indices.sorted { (depth[$0] ?? 0, $0) < (depth[$1] ?? 0, $1) })
      }, of: "inception_v3.onnx")
    #expect(!changes.isEmpty)
    #expect(
      changes.layers.allSatisfy { $0.kind == .moved },
      "\(changes.layers.filter { $0.kind != .moved }.prefix(3))")
  }
}
