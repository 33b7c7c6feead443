import Network

/// A graph as its file tells it: values by name, nodes in the file's order. `GraphAssembler` makes a `Graph` of it.
struct GraphDraft {
  var name = ""
  var inputs: [DeclaredName] = []
  var outputs: [DeclaredName] = []
  var initializers: [NamedTensor] = []
  /// What the file says of other values.
  var declarations: [DeclaredName] = []
  var nodes: [NodeDraft] = []
  /// Inputs and outputs of all nodes, back to back.
  var operands: [NameID] = []

  struct DeclaredName {
    var name: NameID
    var type: DeclaredType?
    var storedUse: Value.StoredUse?
    var offset: Int?
  }

  struct NamedTensor {
    var name: NameID
    var tensor: Tensor
    var offset: Int?
  }
}

struct NodeDraft {
  /// Inputs and outputs are empty yet, and attributes that are graphs hold empty ones.
  var node: Node.Parts
  /// Ranges of the graph's `operands`.
  var inputs = 0..<0
  var outputs = 0..<0
  var subgraphs: [Subgraph] = []

  struct Subgraph {
    /// Which attribute of the node this is, and which element if that is a list.
    var attribute: Int
    var element: Int
    var graph: GraphDraft
  }

  /// The node, taken out: a copy would count a reference for each of its parts.
  mutating func take() -> Node {
    var parts = Node.Parts(operatorName: "")
    swap(&parts, &node)
    return Node(parts)
  }

  /// What messages call the node.
  var label: String { node.name.isEmpty ? node.operatorName : node.name }
}

extension DeclaredType {
  /// A tensor with extents of 0 has unknown ones instead: some exporters write inputs so.
  var withoutEmptyExtents: DeclaredType {
    guard case .tensor(let element, let dimensions?) = self, dimensions.contains(.fixed(0)) else {
      return self
    }
    return .tensor(element, dimensions.map { $0 == .fixed(0) ? .unknown : $0 })
  }
}
