import Formats
import Network
import TestSupport
import Testing

/// What is printed and read again is the same network.
@Suite struct TextRoundTripTests {
  @Test(arguments: Fixture.names(endingIn: ".onnx"))
  func ofRealNetworks(name: String) throws {
    try roundTrip(Fixture.path(name))
  }

  @Test(arguments: Fixture.names(in: "operators", endingIn: ".onnxtxt"))
  func ofFixtures(name: String) throws {
    try roundTrip(Fixture.path("operators/" + name))
  }

  private func roundTrip(_ path: String) throws {
    let network = try NetworkReader.read(path: path)
    var options = ONNXTextPrinter.Options()
    options.inlineElements = 100_000
    let text = ONNXTextPrinter.text(of: network, options: options)
    let folder = try TemporaryFolder()
    let again = try NetworkReader.read(path: folder.write(Array(text.utf8), to: "again.onnxtxt"))
    #expect(again.format == "ONNX text")
    #expect(again.operatorSets == network.operatorSets)
    #expect(again.formatVersion == network.formatVersion)
    #expect(again.producer == network.producer)
    #expect(again.metadata == network.metadata)
    #expect(again.functions.map(\.name) == network.functions.map(\.name))
    #expect(GraphDescription(again.graph) == GraphDescription(network.graph))
    for (one, other) in zip(again.functions, network.functions) {
      #expect(GraphDescription(one.body) == GraphDescription(other.body))
      #expect(one.operatorSets == other.operatorSets)
      #expect(one.attributeNames == other.attributeNames)
      #expect(one.attributeDefaults.map(\.name) == other.attributeDefaults.map(\.name))
    }
  }
}

/// What text can hold of a graph, in a form that compares. Values are known by name.
struct GraphDescription: Equatable {
  var inputs: [String]
  var outputs: [String]
  var types: [String: DeclaredType] = [:]
  var tensors: [String: TensorDescription] = [:]
  var nodes: [NodeDescription]

  init(_ graph: Graph) {
    inputs = graph.inputs.map { graph[$0].name }
    outputs = graph.outputs.map { graph[$0].name }
    nodes = graph.nodes.map { NodeDescription($0, in: graph) }
    for value in graph.values {
      if let tensor = value.initializer {
        tensors[value.name] = TensorDescription(tensor)
      } else {
        types[value.name] = value.declared
      }
    }
  }
}

struct NodeDescription: Equatable {
  var name: String
  var operatorName: String
  var inputs: [String?]
  var outputs: [String?]
  var attributes: [AttributeDescription]

  init(_ node: Node, in graph: Graph) {
    name = node.name
    operatorName = "\(node.domain).\(node.operatorName):\(node.overload)"
    inputs = node.inputs.map { $0.map { graph[$0].name } }
    outputs = node.outputs.map { $0.map { graph[$0].name } }
    attributes = node.attributes.map { AttributeDescription($0) }
  }
}

struct AttributeDescription: Equatable {
  var name: String
  var value: String
  var tensor: TensorDescription?
  var graph: [GraphDescription] = []

  init(_ attribute: Attribute) {
    name = attribute.name
    switch attribute.value {
    case .tensor(let stored):
      value = "tensor"
      tensor = TensorDescription(stored)
    case .graph(let inner):
      value = "graph"
      graph = [GraphDescription(inner)]
    case let other: value = "\(other)"
    }
  }
}

struct TensorDescription: Equatable {
  var element: ElementType
  var dimensions: [Int]
  var bytes: [UInt8]?
  var strings: [[UInt8]]?
  var missing: Tensor.MissingData?

  init(_ tensor: Tensor) {
    element = tensor.element
    dimensions = tensor.dimensions
    bytes = tensor.withBytes { Array($0) }
    if case .strings(let list) = tensor.storage { strings = list }
    if case .missing(let reason) = tensor.storage { missing = reason }
  }
}
