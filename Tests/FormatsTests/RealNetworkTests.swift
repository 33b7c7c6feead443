import Formats
import Network
import TestSupport
import Testing

/// Files written by real exporters.
@Suite struct RealNetworkTests {
  /// File, nodes, initializers and their elements, as the onnx package for Python counts them.
  static let counts = [
    ("alexnet.onnx", 20, 16, 61100840),
    ("alexnet_lecture.onnx", 19, 8, 60954656),
    ("bert_base.onnx", 895, 199, 109482240),
    ("densenet121.bn.onnx", 431, 606, 8062504),
    ("densenet121.onnx", 372, 429, 8040040),
    ("efficientnet_b0.bn.onnx", 288, 311, 5330564),
    ("efficientnet_b0.onnx", 239, 164, 5267540),
    ("gpt2.onnx", 507, 173, 124439837),
    ("inception_v3.bn.onnx", 309, 472, 23869000),
    ("inception_v3.onnx", 215, 190, 23817352),
    ("mobilenet_v1.bn.onnx", 84, 137, 4253864),
    ("mobilenet_v1.onnx", 57, 56, 4221032),
    ("mobilenet_v2.bn.onnx", 222, 262, 3538984),
    ("mobilenet_v2.onnx", 170, 106, 3487816),
    ("resnet18.bn.onnx", 69, 102, 11699112),
    ("resnet18.onnx", 49, 42, 11684712),
    ("resnet50.bn.onnx", 175, 267, 25610152),
    ("resnet50.onnx", 122, 108, 25530472),
    ("resnet50_v1.bn.onnx", 175, 267, 25610152),
    ("resnet50_v1.onnx", 122, 108, 25530472),
    ("vgg16.onnx", 38, 32, 138357544),
    ("vit_b_16.onnx", 1996, 152, 86567656),
  ]

  @Test(arguments: counts)
  func isRead(name: String, nodes: Int, initializers: Int, elements: Int) throws {
    let network = try NetworkReader.read(path: Fixture.path(name))
    let tensors = network.graph.values.compactMap(\.initializer)
    #expect(network.format == "ONNX")
    #expect(network.graph.nodes.count == nodes)
    #expect(tensors.count == initializers)
    #expect(tensors.reduce(0) { $0 + ($1.elementCount ?? 0) } == elements)
    #expect(network.graph.inputs.count == 1 && network.graph.outputs.count == 1)
  }

  @Test func everyFixtureIsCounted() {
    #expect(Fixture.names(endingIn: ".onnx") == Self.counts.map(\.0))
  }

  /// Nodes read values that stand before them, and every value knows its producer.
  @Test(arguments: Fixture.names(endingIn: ".onnx"))
  func isSortedAndConsistent(name: String) throws {
    #expect(try NetworkReader.read(path: Fixture.path(name)).graph.isConsistent)
  }

  /// External data that is not there is told once a file, with the number of tensors that it holds.
  @Test func missingExternalFileIsAFinding() throws {
    let network = try NetworkReader.read(path: Fixture.path("resnet50.onnx"))
    let missing = network.graph.values.compactMap(\.initializer).count(where: \.isMissing)
    #expect(
      network.findings == [Finding(.missingExternalFile(location: "resnet50.weights", tensors: missing))])
  }
}
