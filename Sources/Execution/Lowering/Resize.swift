internal import Kernels
internal import Network
internal import Operators

/// Images enlarged or reduced: elements are copied, or interpolated between two of each axis.
struct ResizeOperation: RecognizableOperation {
  let rows: ResizeKernel.Axis
  let columns: ResizeKernel.Axis

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      let resampling = operation.operator as? any ImageResampling, graph.isFloat(node, 0),
      let input = graph.dimensions(node, 0), !input.contains(0),
      let output = node.output, let extents = graph[output].dimensions
    else { return nil }
    guard let (rows, columns) = try resampling.imageAxes(graph.factsAndConstants(node)),
      extents == input.dropLast(2) + [rows.count, columns.count]
    else { return nil }
    var result = node
    result.inputs = [node.inputs[0]]
    result.operation = ResizeOperation(rows: rows, columns: columns)
    return result
  }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    graph.dimensions(node, 0)?.count == 4 ? .follows(halos: [0]) : .plain
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    if let input = preparation.layout(0), let output = preparation.outputLayout {
      return BlockedResize(input: input, output: output, rows: rows, columns: columns)
    }
    guard let input = preparation.value(0)?.dimensions else { return nil }
    return ResizeKernel(
      planes: input.dropLast(2).reduce(1, *), source: (input[input.count - 2], input[input.count - 1]),
      rows: rows, columns: columns)
  }
}
