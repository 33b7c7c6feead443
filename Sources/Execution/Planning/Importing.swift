internal import Analysis
internal import Network
internal import Operators

extension PlanGraph {
  /// Takes over an inferred network: what runs for every input, and what computes constants that inference does not hold.
  init(_ inferred: InferredGraph) throws(ExecutionError) {
    let roles = SyntheticWeights.roles(in: inferred.graph)
    var values: [PlanValue] = []
    values.reserveCapacity(inferred.graph.values.count)
    for (index, value) in inferred.graph.values.enumerated() {
      values.append(PlanValue(value, fact: inferred.facts[index], role: roles[index]))
    }
    var nodes: [PlanNode] = []
    let order = (inferred.constantNodes + inferred.liveNodes + Self.foldedDequantizations(inferred)).sorted()
    nodes.reserveCapacity(order.count)
    for id in order {
      let node = inferred.graph[id]
      let name = node.label(in: inferred.graph)
      guard let known = inferred.operators[id.index] else {
        throw .unknownOperator(node: name, domain: node.domain, name: node.operatorName)
      }
      let domain = node.domain == "ai.onnx" ? "" : node.domain
      let sets = inferred.operatorSets[id] ?? inferred.network.operatorSets
      let attributes = AttributeReader(
        node.attributes, version: sets[domain] ?? 1, inputCount: node.inputs.count,
        outputCount: node.outputs.count)
      nodes.append(
        PlanNode(
          name: name,
          operation: FileOperation(
            operator: known, name: node.operatorName, domain: domain, attributes: attributes),
          inputs: node.inputs, outputs: node.outputs, sources: [id], operators: [node.operatorName]))
    }
    self.init(values: values, nodes: nodes, inputs: inferred.graph.inputs, outputs: inferred.graph.outputs)
  }

  /// Nodes whose results inference already holds as floats, but whose integers integer kernels want.
  private static func foldedDequantizations(_ inferred: InferredGraph) -> [NodeID] {
    let known = Set(inferred.constantNodes + inferred.liveNodes)
    return inferred.graph.nodes.indices.map { NodeID($0) }.filter { id in
      let node = inferred.graph[id]
      return node.operatorName == "DequantizeLinear" && !known.contains(id)
        && inferred.operators[id.index] != nil
        && node.outputs.allSatisfy { $0.map { inferred.facts[$0.index]?.constant != nil } ?? true }
    }
  }
}

extension PlanValue {
  fileprivate init(_ value: Value, fact: Fact?, role: SyntheticWeights.Role?) {
    name = value.name
    if let tensor = value.initializer {
      element = tensor.element
      dimensions = tensor.dimensions
      constant = .stored(tensor, role)
      return
    }
    element = fact?.tensor?.element ?? .float32
    dimensions = fact?.shape?.known
    constant = fact?.constant.map { .dense($0) }
  }
}

extension Node {
  /// The node's name, or its first output's where it has none.
  func label(in graph: Graph) -> String {
    guard name.isEmpty else { return name }
    return outputs.first(where: { $0 != nil })?.map { graph[$0].name } ?? ""
  }
}
