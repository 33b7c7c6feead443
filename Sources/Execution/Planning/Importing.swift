internal import Network
internal import Operators

extension PlanGraph {
  /// Takes over a typed graph: operators decoded, initializers and constants that inference found as constants.
  init(_ typed: TypedGraph) throws(ExecutionError) {
    let roles = SyntheticWeights.roles(in: typed.graph)
    var values: [PlanValue] = []
    values.reserveCapacity(typed.graph.values.count)
    for (index, value) in typed.graph.values.enumerated() {
      values.append(PlanValue(value, fact: typed.facts[index], role: roles[index]))
    }
    var nodes: [PlanNode] = []
    nodes.reserveCapacity(typed.graph.nodes.count)
    for id in typed.graph.nodeIDs {
      let node = typed.graph[id]
      let name = node.label(in: typed.graph)
      let operation = try FileOperation(node, label: name, operatorSets: typed.operatorSets)
      nodes.append(
        PlanNode(
          name: name, operation: operation, inputs: node.inputs, outputs: node.outputs, sources: [id],
          operators: [node.operatorName]))
    }
    self.init(values: values, nodes: nodes, inputs: typed.graph.inputs, outputs: typed.graph.outputs)
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

extension FileOperation {
  init(_ node: Node, label: String, operatorSets: [String: Int]) throws(ExecutionError) {
    guard let type = OperatorRegistry.find(domain: node.domain, name: node.operatorName) else {
      throw .unknownOperator(node: label, domain: node.domain, name: node.operatorName)
    }
    let domain = node.domain == "ai.onnx" ? "" : node.domain
    let attributes = AttributeReader(
      node.attributes, version: operatorSets[domain] ?? 1, inputCount: node.inputs.count,
      outputCount: node.outputs.count)
    do {
      self.init(
        operator: try type.init(attributes), name: node.operatorName, domain: domain, attributes: attributes)
    } catch {
      throw .node(label, operatorName: node.operatorName, error)
    }
  }
}

extension Node {
  /// The node's name, or its first output's where it has none.
  func label(in graph: Graph) -> String {
    guard name.isEmpty else { return name }
    return outputs.first(where: { $0 != nil })?.map { graph[$0].name } ?? ""
  }
}
