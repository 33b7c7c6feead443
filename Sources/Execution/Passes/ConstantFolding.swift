internal import Network
internal import Operators

/// Runs nodes whose inputs are all known, once, while planning.
enum ConstantFolding {
  /// A folded tensor is at most this large, or twice what it is made from.
  private static let limit = 16 << 20

  static func run(_ graph: inout PlanGraph) throws(ExecutionError) {
    for index in graph.nodes.indices where isFoldable(graph.nodes[index], graph) {
      try fold(graph.nodes[index], &graph)
    }
    let values = graph.values
    graph.nodes.removeAll { node in
      node.outputs.allSatisfy { $0.map { values[$0.index].constant != nil } ?? true }
    }
  }

  private static func isFoldable(_ node: PlanNode, _ graph: PlanGraph) -> Bool {
    guard let operation = node.operation as? FileOperation, !operation.readsMoreThanInputs else {
      return false
    }
    guard node.outputs.contains(where: { $0.map { graph[$0].constant == nil } ?? false }) else {
      return false
    }
    var bytesRead = 0
    for input in node.inputs {
      guard let input else { continue }
      guard graph[input].constant != nil, let bytes = graph[input].byteCount else { return false }
      bytesRead += bytes
    }
    let bound = max(limit, 2 * bytesRead)
    return node.outputs.allSatisfy { output in
      output.map { output in graph[output].byteCount.map { $0 <= bound } ?? false } ?? true
    }
  }

  private static func fold(_ node: PlanNode, _ graph: inout PlanGraph) throws(ExecutionError) {
    guard let operation = node.operation as? FileOperation else { return }
    do {
      var inputs: [RuntimeValue?] = []
      for input in node.inputs {
        guard let input, let constant = graph[input].constant else {
          inputs.append(nil)
          continue
        }
        inputs.append(.tensor(try constant.load()))
      }
      let context = KernelContext(inputs: inputs, outputCount: node.outputs.count)
      try operation.operator.run(context)
      for (output, value) in zip(node.outputs, context.outputs) {
        guard let output, let tensor = value?.tensor else { continue }
        graph[output].constant = .dense(tensor)
        graph[output].element = tensor.element
        graph[output].dimensions = tensor.dimensions
      }
    } catch OperatorError.noKernel {
      return
    } catch {
      throw .node(node.name, operatorName: operation.name, error)
    }
  }
}

extension FileOperation {
  /// Whether the result depends on more than the inputs: random numbers, or a subgraph's captured values.
  var readsMoreThanInputs: Bool {
    let random = [
      "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial",
      "Dropout",
    ]
    return random.contains(name) || hasSubgraph
  }

  /// Whether the operator runs a graph of its own, which may read any value of the graphs around it.
  var hasSubgraph: Bool {
    attributes.attributes.contains { attribute in
      switch attribute.value {
      case .graph, .graphs: true
      default: false
      }
    }
  }
}
