internal import Kernels
internal import Network
internal import Operators

/// Turns slices, splits and picks along an axis into copies from a strided view, one for each output.
enum MovementRecognition {
  static func run(_ graph: inout PlanGraph) {
    let resolver = ViewResolver(graph)
    var nodes: [PlanNode] = []
    for node in graph.nodes {
      if let copies = copies(node, graph, resolver) { nodes += copies } else { nodes.append(node) }
    }
    graph.nodes = nodes
    graph.removeDeadNodes()
  }

  private static func copies(_ node: PlanNode, _ graph: PlanGraph, _ resolver: ViewResolver) -> [PlanNode]? {
    guard let name = node.fileOperator, ["Split", "Slice", "Gather"].contains(name) else { return nil }
    var result: [PlanNode] = []
    for output in node.outputs {
      guard let output, let view = resolver.resolve(output), view.factor == 1, view.root != output,
        !view.extents.contains(0), [8, 16, 32, 64].contains(graph[output].element.bits)
      else { return nil }
      var copy = node
      copy.operation = CopyOperation(view: view, valueBytes: graph[output].element.bits / 8)
      copy.inputs = [view.root]
      copy.outputs = [output]
      result.append(copy)
    }
    return result
  }
}
