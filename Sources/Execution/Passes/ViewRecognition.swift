internal import Network
internal import Operators

/// Finds nodes that only rename their input's bytes.
enum ViewRecognition {
  static func run(_ graph: inout PlanGraph) {
    for index in graph.nodes.indices where isView(graph.nodes[index], graph) {
      graph.nodes[index].operation = ViewOperation()
      graph.nodes[index].inputs = [graph.nodes[index].inputs[0]]
      graph.nodes[index].outputs = [graph.nodes[index].outputs[0]]
    }
  }

  private static func isView(_ node: PlanNode, _ graph: PlanGraph) -> Bool {
    guard let operation = node.operation as? FileOperation, let input = node.inputs.first ?? nil,
      let output = node.output, !node.outputs.dropFirst().contains(where: { $0 != nil })
    else { return false }
    guard operation.operator.role == .view || isTrivialTranspose(node, graph) || isTrivialSlice(node, graph)
    else {
      return false
    }
    return graph[input].element == graph[output].element && graph[input].byteCount != nil
      && graph[input].byteCount == graph[output].byteCount
  }

  /// A transposition that leaves the order of all axes longer than 1.
  private static func isTrivialTranspose(_ node: PlanNode, _ graph: PlanGraph) -> Bool {
    guard node.fileOperator == "Transpose", let input = node.inputs.first ?? nil,
      let dimensions = graph[input].dimensions
    else { return false }
    let order = ((try? node.attributes?.integers("perm")) ?? nil) ?? dimensions.indices.reversed()
    guard order.count == dimensions.count, order.allSatisfy(dimensions.indices.contains) else { return false }
    let long = order.filter { dimensions[$0] != 1 }
    return zip(long, long.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// A slice or expansion that changes nothing.
  private static func isTrivialSlice(_ node: PlanNode, _ graph: PlanGraph) -> Bool {
    guard node.fileOperator == "Expand", let input = node.inputs.first ?? nil, let output = node.output else {
      return false
    }
    return graph[input].byteCount == graph[output].byteCount
  }
}
