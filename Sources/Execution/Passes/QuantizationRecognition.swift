internal import Kernels
internal import Network
internal import Operators

/// Finds work on 8-bit numbers: operators that stand for it, and operators on floats between `DequantizeLinear` and
/// `QuantizeLinear`, which become one step on integers each.
enum QuantizationRecognition {
  static func run(_ graph: inout PlanGraph) throws(ExecutionError) {
    guard graph.nodes.contains(where: isQuantized) else { return }
    var state = QuantizedGroups(graph)
    for index in graph.nodes.indices {
      guard let node = state.nodes[index] else { continue }
      do {
        if let found = try QuantizedOperators.recognize(node, graph) {
          state.nodes[index] = found
        } else {
          try state.recognize(index)
        }
      } catch {
        throw .node(node.name, operatorName: node.operators.first ?? "", error)
      }
    }
    graph.nodes = state.nodes.compactMap { $0 }
    graph.removeDeadNodes()
    QuantizedSumFusion.run(&graph)
    try convertEnds(&graph)
  }

  private static func isQuantized(_ node: PlanNode) -> Bool {
    guard let operation = node.operation as? FileOperation else { return false }
    return operation.name == "QuantizeLinear" || operation.name.hasPrefix("QLinear")
      || operation.name == "QGemm"
  }

  /// Lets what brings floats to such steps and back make and read their layout.
  private static func convertEnds(_ graph: inout PlanGraph) throws(ExecutionError) {
    var isRead: Set<ValueID> = []
    var isMade: Set<ValueID> = []
    for node in graph.nodes where node.operation.byteLayoutRule(node, graph) != nil {
      isRead.formUnion(node.inputs.compactMap { $0 })
      isMade.formUnion(node.outputs.compactMap { $0 })
    }
    for index in graph.nodes.indices {
      var node = graph.nodes[index]
      guard let input = node.inputs.first ?? nil, let output = node.output else { continue }
      do {
        if node.fileOperator == "QuantizeLinear", isRead.contains(output), graph[input].element == .float32,
          let found = try graph.quantization(node, scale: 1, zero: 2, element: graph[output].element),
          let shape = graph.byteShape(output)
        {
          node.operation = QuantizeOperation(output: found, shape: shape)
        } else if node.fileOperator == "DequantizeLinear", isMade.contains(input),
          graph[output].element == .float32,
          let found = try graph.quantization(node, scale: 1, zero: 2, element: graph[input].element),
          let shape = graph.byteShape(input)
        {
          node.operation = DequantizeOperation(input: found, shape: shape)
        } else {
          continue
        }
      } catch {
        throw .node(node.name, operatorName: node.operators.first ?? "", error)
      }
      node.inputs = [input]
      graph.nodes[index] = node
    }
  }
}

extension PlanGraph {
  /// The shape in which a value of 8-bit numbers is taken where no operator says otherwise.
  func byteShape(_ value: ValueID) -> ByteShape? {
    guard let extents = self[value].dimensions else { return nil }
    let shape = ByteShape(rank: extents.count)
    return shape.layout(extents) == nil ? nil : shape
  }
}

/// Joins sums with the convolution that makes one of their operands.
enum QuantizedSumFusion {
  static func run(_ graph: inout PlanGraph) {
    let readers = graph.consumers().map(\.count)
    let producers = graph.producers()
    var nodes: [PlanNode?] = graph.nodes
    for index in graph.nodes.indices {
      guard let node = nodes[index], let sum = node.operation as? QuantizedSumOperation, sum.shape == .image
      else { continue }
      func producer(_ input: Int) -> Int { node.inputs[input].flatMap { producers[$0.index] } ?? -1 }
      // The one that is computed last takes in the other, which is complete by then.
      for candidate in [0, 1].sorted(by: { producer($0) > producer($1) }) {
        let maker = producer(candidate)
        guard maker >= 0, let value = node.inputs[candidate], readers[value.index] == 1,
          !graph.isOutput(value), var merged = nodes[maker],
          let convolution = merged.operation as? QuantizedConvolutionOperation,
          let joined = convolution.absorbing(sum, asFirst: candidate == 0)
        else { continue }
        merged.operation = joined
        merged.inputs = [merged.inputs[0], node.inputs[1 - candidate]]
        merged.outputs = node.outputs
        merged.sources += node.sources
        merged.operators += node.operators
        nodes[maker] = nil
        nodes[index] = merged
        break
      }
    }
    graph.nodes = nodes.compactMap { $0 }
  }
}
