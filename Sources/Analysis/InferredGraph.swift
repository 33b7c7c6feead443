package import Network
package import Operators

/// A network with what inference knows of each node and value. Arrays are parallel to the graph's.
package struct InferredGraph: Sendable {
  /// As read, with the findings of inference behind those of reading.
  package var network: Network
  /// The network's graph with the file's own functions expanded; value ids of the network's graph hold here too.
  package var graph: Graph
  /// Each node's operator; nil where this build has none of that name.
  package let operators: [(any Operator)?]
  /// The role of each node's operator, which is asked for more often than anything else of it.
  package let roles: [Role?]
  /// Each value's type, and its content where that follows from the file; nil where nothing is known.
  package var facts: [Fact?]
  /// Whether a value is the same in every run: stored in the file, or computed from such values alone.
  package var isConstant: [Bool]
  /// What runs for every input, in order: dead code and constant results are left out.
  package var liveNodes: [NodeID]
  /// What a plan computes once, in order: constant results whose content inference does not hold, such as a weight
  /// behind a transpose.
  package var constantNodes: [NodeID]
  /// The values of this graph that the nested graphs of a node read, by node.
  package var captures: [NodeID: [ValueID]]
  /// The work of nodes that run nested graphs, where it can be told.
  package var nestedCosts: [NodeID: Cost]
  /// Nodes whose work is that of the dearer branch, since only the run knows which is taken.
  package var boundedNodes: Set<NodeID>
  /// Version of each node's operator set where it is not the network's own.
  package var operatorSets: [NodeID: [String: Int]]
  package var bindings: [SymbolBinding]

  package func fact(_ value: ValueID) -> Fact? { facts[value.index] }
  package func tensor(_ value: ValueID) -> TensorType? { facts[value.index]?.tensor }
  /// The number of elements of a tensor; nil where it is not known.
  package func elementCount(of value: ValueID) -> Int? { facts[value.index]?.tensor?.elementCount }

  /// Whether a node shows its input under another shape, order of axes or meaning of its integers, which nothing has to be
  /// done for: views, and what a translation from another format adds for the sake of the network's operators.
  package func isView(_ id: NodeID) -> Bool {
    if case .view? = roles[id.index] { return true }
    guard graph[id].isAuxiliary else { return false }
    return graph[id].operatorName == "Transpose" || graph[id].operatorName == "DequantizeLinear"
  }

  /// The value that a constant is stored as, where a translation laid it out or read it anew.
  package func stored(_ value: ValueID) -> ValueID {
    var value = value
    while let producer = graph.producer(of: value), graph[producer].isAuxiliary,
      case let source?? = graph[producer].inputs.first
    { value = source }
    return value
  }

  /// The facts of a node's inputs, nil where one is left out or unknown.
  package func inputFacts(_ node: Node) -> [Fact?] {
    var result: [Fact?] = []
    result.reserveCapacity(node.inputs.count)
    for input in node.inputs {
      if let input { result.append(facts[input.index]) } else { result.append(nil) }
    }
    return result
  }

  /// The facts of a node's outputs up to the first that is left out or unknown; operators look at the first.
  package func outputFacts(_ node: Node) -> [Fact] {
    var result: [Fact] = []
    for output in node.outputs {
      guard let output, let fact = facts[output.index] else { break }
      result.append(fact)
    }
    return result
  }
}
