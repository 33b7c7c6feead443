internal import Network

/// Drops nodes whose result is another value under a new name (`Identity`, a `Reshape` to the extents that are there), so that passes
/// that look for what follows what need not look through them.
enum AliasElimination {
  static func run(_ graph: inout PlanGraph) {
    var original: [ValueID: ValueID] = [:]
    for index in graph.nodes.indices {
      for place in graph.nodes[index].inputs.indices {
        guard let input = graph.nodes[index].inputs[place], let value = original[input] else { continue }
        graph.nodes[index].inputs[place] = value
      }
      if let (alias, value) = alias(graph.nodes[index], graph) { original[alias] = value }
    }
    graph.removeDeadNodes()
  }

  /// An output of the network keeps its node: it has a place of its own.
  private static func alias(_ node: PlanNode, _ graph: PlanGraph) -> (ValueID, ValueID)? {
    guard node.operation is ViewOperation, case let value?? = node.inputs.first, let output = node.output,
      !graph.isOutput(output), let dimensions = graph[value].dimensions,
      dimensions == graph[output].dimensions,
      graph[value].element == graph[output].element
    else { return nil }
    return (output, value)
  }
}
