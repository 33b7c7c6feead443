internal import Kernels
internal import Network
internal import Operators

/// Joins `1x1, depthwise, 1x1` where the wide tensors between them would not stay in the cache, and the first three
/// convolutions of a network if the last two are those.
enum InvertedResidualFusion {
  /// Rows of the depthwise convolution's output from which on the wide tensors are too large; at fewer rows the
  /// weights would be read again too often.
  private static let fewestRows = 28

  static func run(_ graph: inout PlanGraph) {
    let readers = graph.consumers().map(\.count)
    let producers = graph.producers()
    var dropped: Set<Int> = []

    func maker(_ value: ValueID?, _ nodes: [PlanNode]) -> (Int, ConvolutionOperation)? {
      guard let value, readers[value.index] == 1, !graph.isOutput(value), let index = producers[value.index],
        !dropped.contains(index), let convolution = nodes[index].operation as? ConvolutionOperation,
        !convolution.addsResidual
      else { return nil }
      return (index, convolution)
    }

    for index in graph.nodes.indices {
      var node = graph.nodes[index]
      guard let project = node.operation as? ConvolutionOperation, isPointwise(project),
        let (middle, depthwise) = maker(node.inputs[0], graph.nodes), depthwise.parameters.isDepthwise,
        depthwise.parameters.output.height >= fewestRows
      else { continue }
      let before = maker(graph.nodes[middle].inputs[0], graph.nodes)
      let first = before.flatMap { found in
        isPointwise(found.1) || readsPlanes(found, graph) ? found : nil
      }
      let isFirstOfNetwork = first.map { !isPointwise($0.1) } ?? false
      guard project.isNarrowing || isFirstOfNetwork else { continue }
      node.operation = InvertedResidualOperation(expand: first?.1, depthwise: depthwise, project: project)
      let parts = [first?.0, middle].compactMap { $0 }
      node.inputs[0] = graph.nodes[parts[0]].inputs[0]
      node.sources = parts.flatMap { graph.nodes[$0].sources } + node.sources
      node.operators = parts.flatMap { graph.nodes[$0].operators } + node.operators
      node.name = graph.nodes[parts[0]].name
      graph.nodes[index] = node
      dropped.formUnion(parts)
    }
    graph.nodes = graph.nodes.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
  }

  private static func isPointwise(_ convolution: ConvolutionOperation) -> Bool {
    convolution.parameters.isPointwise && convolution.parameters.groups == 1
  }

  /// Whether a convolution reads the network's input as it lies.
  private static func readsPlanes(
    _ found: (index: Int, convolution: ConvolutionOperation), _ graph: PlanGraph
  ) -> Bool {
    guard let input = graph.nodes[found.index].inputs[0] else { return false }
    return found.convolution.takesPlanes && graph.inputs.contains(input)
  }
}

extension ConvolutionOperation {
  fileprivate var isNarrowing: Bool { parameters.outputChannels <= parameters.inputChannels }
}
