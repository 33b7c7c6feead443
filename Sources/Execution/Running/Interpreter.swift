package import Analysis
internal import Network
package import Operators

/// Runs a network node by node on whatever values come along: for graphs whose shapes depend on data, with control flow,
/// sequences or strings, and as the reference that plans are tested against. Allocates as it goes.
package struct Interpreter: Sendable {
  private let inferred: InferredGraph
  private let roles: [SyntheticWeights.Role?]
  private let limit: Int

  /// - Parameter limit: bytes that all values which the run makes may take together while they are needed.
  package init(_ inferred: InferredGraph, limit: Int = 16 << 30) {
    self.inferred = inferred
    roles = SyntheticWeights.roles(in: inferred.graph)
    self.limit = limit
  }

  /// Whether weights that the file does not hold are made up.
  package var usesSyntheticWeights: Bool {
    inferred.graph.values.contains { $0.initializer?.isMissing ?? false }
  }

  /// Runs the network on `inputs` by name; the outputs come by name too.
  package func run(_ inputs: [String: RuntimeValue]) throws(ExecutionError) -> [String: RuntimeValue] {
    let graph = inferred.graph
    let scope = Scope(graph, parent: nil, memory: HeldMemory(limit: limit))
    for id in graph.inputs {
      guard let value = inputs[graph[id].name] else { throw .inputNotSet(graph[id].name) }
      scope.values[id.index] = value
    }
    for name in inputs.keys where !graph.inputs.contains(where: { graph[$0].name == name }) {
      throw .noInput(name)
    }
    try run(graph, in: scope, operators: inferred.operators)
    var outputs: [String: RuntimeValue] = [:]
    for id in graph.outputs { outputs[graph[id].name] = try value(id, of: graph, in: scope) }
    return outputs
  }

  private func run(_ graph: Graph, in scope: Scope, operators: [(any Operator)?]) throws(ExecutionError) {
    for id in graph.nodeIDs {
      let node = graph[id]
      let label = node.label(in: graph)
      var known = operators[id.index]
      if known == nil { known = try decode(node, label) }
      guard let known else {
        throw .unknownOperator(node: label, domain: node.domain, name: node.operatorName)
      }
      var inputs: [RuntimeValue?] = []
      for input in node.inputs {
        guard let input else {
          inputs.append(nil)
          continue
        }
        inputs.append(try value(input, of: graph, in: scope))
      }
      let memory = scope.memory
      let context = KernelContext(inputs: inputs, outputCount: node.outputs.count, limit: memory.room) {
        (nested, values) throws(OperatorError) in try runNested(nested, values, in: scope)
      }
      do {
        try known.run(context)
      } catch {
        if case .tooLarge(let bytes, _) = error { throw memory.refusal(of: bytes) }
        throw .node(label, operatorName: node.operatorName, error)
      }
      for (output, value) in zip(node.outputs, context.outputs) {
        if let output { scope.set(output, value) }
      }
      try memory.check()
      scope.release(after: id)
    }
  }

  /// A subgraph of a node: its inputs by position, everything else by name from the scopes around it.
  private func runNested(
    _ graph: Graph, _ inputs: [RuntimeValue], in parent: Scope
  ) throws(OperatorError) -> [RuntimeValue] {
    let scope = Scope(graph, parent: parent, memory: parent.memory)
    defer { scope.releaseAll() }
    guard inputs.count <= graph.inputs.count else {
      throw .unsupported("more values than the subgraph has inputs")
    }
    for (id, value) in zip(graph.inputs, inputs) { scope.values[id.index] = value }
    do throws(ExecutionError) {
      try run(graph, in: scope, operators: Array(repeating: nil, count: graph.nodes.count))
      var outputs: [RuntimeValue] = []
      for id in graph.outputs { outputs.append(try value(id, of: graph, in: scope)) }
      return outputs
    } catch {
      if case .node(_, _, let reason) = error { throw reason }
      if case .memoryLimit(let bytes, let limit) = error { throw .tooLarge(bytes: bytes, limit: limit) }
      throw .unsupported("this subgraph")
    }
  }

  private func decode(_ node: Node, _ label: String) throws(ExecutionError) -> (any Operator)? {
    guard let type = OperatorRegistry.find(domain: node.domain, name: node.operatorName) else { return nil }
    let domain = node.domain == "ai.onnx" ? "" : node.domain
    let attributes = AttributeReader(
      node.attributes, version: inferred.network.operatorSets[domain] ?? 1, inputCount: node.inputs.count,
      outputCount: node.outputs.count)
    do {
      return try type.init(attributes)
    } catch {
      throw .node(label, operatorName: node.operatorName, error)
    }
  }

  private func value(_ id: ValueID, of graph: Graph, in scope: Scope) throws(ExecutionError) -> RuntimeValue {
    if let value = scope.values[id.index] { return value }
    if let tensor = graph[id].initializer {
      let value = try load(tensor, role: scope.isOutermost ? roles[id.index] : nil)
      scope.values[id.index] = value
      return value
    }
    let captured = try scope.captured(graph[id].name) { tensor throws(ExecutionError) in
      try load(tensor, role: nil)
    }
    if let captured { return captured }
    throw .inputNotSet(graph[id].name)
  }

  private func load(_ tensor: Tensor, role: SyntheticWeights.Role?) throws(ExecutionError) -> RuntimeValue {
    if case .strings(let strings) = tensor.storage {
      return .strings(
        StringTensor(
          dimensions: tensor.dimensions, elements: strings.map { String(decoding: $0, as: UTF8.self) }))
    }
    do {
      return .tensor(try WeightStore.load(tensor, role: role))
    } catch {
      throw .node(tensor.name, operatorName: "", error)
    }
  }
}

/// The values of one graph while it runs.
///
/// A class because the graphs nested in it read from it.
private final class Scope {
  var values: [RuntimeValue?]
  private let graph: Graph
  private let parent: Scope?
  let memory: HeldMemory
  /// Values that `memory` counts.
  private var counted: Set<ValueID> = []
  /// For each node the values that nobody reads after it.
  private let dying: [[ValueID]]
  private lazy var idsByName: [String: ValueID] = Dictionary(
    graph.valueIDs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })

  var isOutermost: Bool { parent == nil }

  init(_ graph: Graph, parent: Scope?, memory: HeldMemory) {
    self.graph = graph
    self.parent = parent
    self.memory = memory
    values = Array(repeating: nil, count: graph.values.count)
    dying = Self.lastReads(graph)
  }

  /// Keeps what a node has made.
  func set(_ id: ValueID, _ value: RuntimeValue?) {
    values[id.index] = value
    guard let value, counted.insert(id).inserted else { return }
    memory.hold(value)
  }

  func release(after node: NodeID) {
    for value in dying[node.index] { release(value) }
  }

  func releaseAll() {
    for value in counted { release(value) }
  }

  private func release(_ id: ValueID) {
    if let value = values[id.index], counted.remove(id) != nil { memory.letGo(value) }
    values[id.index] = nil
  }

  /// A value of this name in this graph or one around it.
  func captured(
    _ name: String, load: (Tensor) throws(ExecutionError) -> RuntimeValue
  ) throws(ExecutionError) -> RuntimeValue? {
    if let id = idsByName[name] {
      if let value = values[id.index] { return value }
      if let tensor = graph[id].initializer { return try load(tensor) }
    }
    return try parent?.captured(name, load: load)
  }

  /// Values that nested graphs may read, or that are put out, are kept to the end.
  private static func lastReads(_ graph: Graph) -> [[ValueID]] {
    var last: [NodeID?] = Array(repeating: nil, count: graph.values.count)
    for id in graph.nodeIDs {
      for case let input? in graph[id].inputs { last[input.index] = id }
      for case let output? in graph[id].outputs where last[output.index] == nil { last[output.index] = id }
    }
    let hasNested = graph.nodes.contains { node in
      node.attributes.contains { attribute in
        switch attribute.value {
        case .graph, .graphs: true
        default: false
        }
      }
    }
    var dying: [[ValueID]] = Array(repeating: [], count: graph.nodes.count)
    guard !hasNested else { return dying }
    for output in graph.outputs { last[output.index] = nil }
    for (index, node) in last.enumerated() {
      if let node { dying[node.index].append(ValueID(index)) }
    }
    return dying
  }
}
