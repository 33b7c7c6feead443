internal import Kernels
internal import Network
internal import Operators

/// Joins `1x1, depthwise, 1x1` where the wide tensors between them would not stay in the cache.
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
      guard let project = node.operation as? ConvolutionOperation, isNarrowing(project),
        let (middle, depthwise) = maker(node.inputs[0], graph.nodes), depthwise.parameters.isDepthwise,
        depthwise.parameters.output.height >= fewestRows
      else { continue }
      let first = maker(graph.nodes[middle].inputs[0], graph.nodes).flatMap { found in
        found.1.parameters.isPointwise && found.1.parameters.groups == 1 ? found : nil
      }
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

  private static func isNarrowing(_ convolution: ConvolutionOperation) -> Bool {
    let parameters = convolution.parameters
    return parameters.isPointwise && parameters.groups == 1
      && parameters.outputChannels <= parameters.inputChannels
  }
}
