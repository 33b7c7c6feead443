import Analysis
import Checking
import Formats
import Network
import TestSupport

/// Networks as other exporters, pruning tools and people would leave them: made from a fixture by editing its graph.
struct EditedNetwork {
  var network: Network

  init(_ fixture: String) throws {
    network = try NetworkReader.read(path: Fixture.path(fixture))
  }

  var snapshot: NetworkSnapshot {
    get throws {
      let inferred = try ShapeInference.infer(network, AnalysisOptions())
      return NetworkSnapshot(inferred, try Analyzer.analyze(inferred))
    }
  }

  /// Every node and every value under another name, as a second export of the same network gives them.
  func renamed() -> EditedNetwork {
    var copy = self
    for index in copy.network.graph.nodes.indices {
      copy.network.graph.nodes[index].name = "node_\(index)"
      copy.network.graph.nodes[index].metadata = []
    }
    for index in copy.network.graph.values.indices {
      copy.network.graph.values[index].name = "value_\(index)"
    }
    return copy
  }

  /// Sets the output channels of a convolution and the bias with it; with `isDepthwise` its groups too.
  mutating func setOutputChannels(of name: String, to channels: Int, isDepthwise: Bool = false) {
    edit(name) { node, graph in
      resize(node.inputs[1], axis: 0, to: channels, &graph)
      resize(node.inputs[2], axis: 0, to: channels, &graph)
      guard isDepthwise else { return }
      for index in node.attributes.indices where node.attributes[index].name == "group" {
        node.attributes[index].value = .integer(channels)
      }
    }
    forgetDeclarations()
  }

  mutating func setInputChannels(of name: String, to channels: Int) {
    edit(name) { node, graph in resize(node.inputs[1], axis: 1, to: channels, &graph) }
  }

  mutating func setStrides(of name: String, to stride: Int) {
    edit(name) { node, _ in
      for index in node.attributes.indices where node.attributes[index].name == "strides" {
        node.attributes[index].value = .integers([stride, stride])
      }
    }
    forgetDeclarations()
  }

  /// Takes out the nodes whose names begin with `prefix` and lets what read the last of them read `source`'s output instead.
  mutating func removeNodes(_ prefix: String, readInstead source: String) {
    guard let source = network.graph.nodes.first(where: { $0.name == source })?.outputs[0],
      let last = network.graph.nodes.last(where: { $0.name.hasPrefix(prefix) })?.outputs[0]
    else { return }
    for index in network.graph.nodes.indices {
      network.graph.nodes[index].inputs = network.graph.nodes[index].inputs.map { $0 == last ? source : $0 }
    }
    arrange(network.graph.nodes.indices.filter { !network.graph.nodes[$0].name.hasPrefix(prefix) })
  }

  /// Puts the nodes in the order given by their places, and forgets those that are not in it.
  mutating func arrange(_ order: [Int]) {
    let nodes = network.graph.nodes
    var places: [Int: Int] = [:]
    for (place, index) in order.enumerated() { places[index] = place }
    network.graph.nodes = order.map { nodes[$0] }
    for index in network.graph.values.indices {
      guard case .node(let node, let output) = network.graph.values[index].origin else { continue }
      // Nothing reads what the nodes that are gone made.
      network.graph.values[index].origin =
        places[node.index].map { .node(NodeID($0), output: output) } ?? .input
    }
  }

  private mutating func edit(_ name: String, _ change: (inout Node, inout Graph) -> Void) {
    guard let index = network.graph.nodes.firstIndex(where: { $0.name == name }) else { return }
    var node = network.graph.nodes[index]
    change(&node, &network.graph)
    network.graph.nodes[index] = node
  }

  /// Types of intermediate values that the file declares no longer hold.
  private mutating func forgetDeclarations() {
    for index in network.graph.values.indices where network.graph.values[index].producer != nil {
      network.graph.values[index].declared = nil
    }
  }
}

private func resize(_ value: ValueID?, axis: Int, to extent: Int, _ graph: inout Graph) {
  guard let value, var tensor = graph[value].initializer else { return }
  tensor.dimensions[axis] = extent
  tensor.storage = .missing(.notGiven)
  graph[value].origin = .initializer(tensor)
  graph[value].declared = nil
}
