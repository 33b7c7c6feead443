internal import Network
internal import Operators

/// The inference of one graph: the network's, or one nested in a node.
///
/// A class because the graphs nested in it look captured values up while it is under way.
final class GraphInference {
  private(set) var graph: Graph
  let session: InferenceSession
  private let enclosing: GraphInference?
  let operatorSets: [String: Int]
  private(set) var nodeOperatorSets: [NodeID: [String: Int]]
  private(set) var operators: [(any Operator)?]
  private(set) var facts: [Fact?]
  private(set) var isConstant: [Bool]
  private(set) var captures: [NodeID: [ValueID]] = [:]
  /// What the operator of a node with nested graphs had inferred, in that order.
  private(set) var nestedRuns: [NodeID: [NestedRun]] = [:]
  /// Rounds of loops that do not follow from their trip count: as the options say, or as counted.
  private(set) var rounds: [NodeID: Int] = [:]
  private lazy var valuesByName: [String: ValueID] = Dictionary(
    graph.valueIDs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })

  init(
    _ graph: Graph, session: InferenceSession, operatorSets: [String: Int],
    nodeOperatorSets: [NodeID: [String: Int]] = [:], enclosing: GraphInference? = nil
  ) {
    self.graph = graph
    self.session = session
    self.operatorSets = operatorSets
    self.nodeOperatorSets = nodeOperatorSets
    self.enclosing = enclosing
    operators = Array(repeating: nil, count: graph.nodes.count)
    facts = Array(repeating: nil, count: graph.values.count)
    isConstant = Array(repeating: false, count: graph.values.count)
  }

  func run(inputs: [Fact?]) throws(AnalysisError) {
    for index in graph.values.indices { enter(graph.values[index], at: index) }
    for (input, fact) in zip(graph.inputs, inputs) {
      facts[input.index] = fact
      isConstant[input.index] = session.isTrial && fact?.constant != nil
    }
    for id in graph.nodeIDs { try inferNode(id) }
  }

  /// Puts a node behind those that are there and infers it; for graphs that grow by what is known of them.
  @discardableResult
  func append(_ node: Node, operatorSets sets: [String: Int]?) throws(AnalysisError) -> NodeID {
    let id = NodeID(graph.nodes.count)
    graph.nodes.append(node)
    operators.append(nil)
    nodeOperatorSets[id] = sets
    for (place, output) in node.outputs.enumerated() {
      if let output { graph[output].origin = .node(id, output: place) }
    }
    try inferNode(id)
    return id
  }

  /// A value of a name that no nested graph reads.
  func addValue(_ name: String) -> ValueID {
    let id = ValueID(graph.values.count)
    graph.values.append(Value(name: name, origin: .input))
    facts.append(nil)
    isConstant.append(false)
    return id
  }

  private func enter(_ value: Value, at index: Int) {
    switch value.origin {
    case .initializer(let tensor):
      facts[index] = Fact(.tensor(tensor.type), constant: tensor.smallConstant)
      isConstant[index] = true
    case .captured:
      guard let (fact, constant) = enclosing?.lookUp(value.name) else { return }
      facts[index] = fact
      isConstant[index] = constant
    case .input, .node: break
    }
  }

  /// A value of this graph or of one around it, by name.
  private func lookUp(_ name: String) -> (Fact?, isConstant: Bool)? {
    if let id = valuesByName[name] { return (facts[id.index], isConstant[id.index]) }
    return enclosing?.lookUp(name)
  }

  private func inferNode(_ id: NodeID) throws(AnalysisError) {
    let node = graph[id]
    let hasGraphs = node.attributes.contains { $0.holdsGraph }
    if hasGraphs {
      captures[id] = capturedValues(of: node)
      if node.operatorName == "Loop" || node.operatorName == "SequenceMap" {
        session.addLoop(node.displayName(in: graph))
      }
    }
    do {
      guard let kind = try makeOperator(node, id) else {
        session.addUnknown(node)
        return take([], for: node, constant: false)
      }
      operators[id.index] = kind
      let constant =
        !hasGraphs && node.inputs.allSatisfy { $0.map { isConstant[$0.index] } ?? true }
        && NonDeterministic.isRepeatable(node)
      take(try infer(node, kind, constant, id), for: node, constant: constant)
    } catch let error {
      if let nested = session.nestedError {
        session.nestedError = nil
        throw nested
      }
      throw .node(.init(node), error)
    }
  }

  private func makeOperator(_ node: Node, _ id: NodeID) throws(OperatorError) -> (any Operator)? {
    guard let type = OperatorRegistry.find(domain: node.domain, name: node.operatorName) else { return nil }
    let version = (nodeOperatorSets.isEmpty ? nil : nodeOperatorSets[id]) ?? operatorSets
    let reader = AttributeReader(
      node.attributes, version: version.version(of: node.domain), inputCount: node.inputs.count,
      outputCount: node.outputs.count)
    return try type.init(reader)
  }

  /// The facts of the node's outputs; empty where its operator cannot tell.
  private func infer(
    _ node: Node, _ kind: any Operator, _ constant: Bool, _ id: NodeID
  ) throws(OperatorError) -> [Fact] {
    var inputs: [Fact?] = []
    inputs.reserveCapacity(node.inputs.count)
    for input in node.inputs {
      if let input, facts[input.index] == nil { return [] }
      inputs.append(input.flatMap { facts[$0.index] })
    }
    var arguments = InferenceInputs(inputs)
    if captures[id] != nil {
      let sets = nodeOperatorSets[id] ?? operatorSets
      arguments.inferSubgraph = { (nested, facts) throws(OperatorError) in
        try self.inferNested(nested, facts, sets, of: id)
      }
      if node.operatorName == "Loop" {
        arguments.rounds = session.tripCounts[node.displayName(in: graph)] ?? countedRounds(node, id)
        rounds[id] = arguments.rounds
      } else if node.operatorName == "SequenceMap" {
        arguments.rounds = session.tripCounts[node.displayName(in: graph)]
      }
    }
    do {
      let outputs = try kind.infer(arguments)
      if let unfit = session.nestedError {
        session.nestedError = nil
        session.addUnfitBranch(unfit, of: node.displayName(in: graph))
      }
      return constant ? fold(node, kind, inputs, outputs) : outputs
    } catch let error {
      // What no branch fits leaves its outputs unknown, or is a graph around that does not fit either; a limit holds for the
      // whole network.
      if case .nestedTooDeep? = session.nestedError { throw error }
      switch error {
      case .nestedGraph where enclosing != nil: throw error
      case .needsValue, .unsupported, .nestedGraph:
        session.nestedError = nil
        return []
      default: throw error
      }
    }
  }

  /// Computes outputs that are small and not yet known; `outputs` unchanged where that does not work.
  private func fold(_ node: Node, _ kind: any Operator, _ inputs: [Fact?], _ outputs: [Fact]) -> [Fact] {
    guard outputs.prefix(node.outputs.count).contains(where: { $0.constant == nil }) else { return outputs }
    var values: [RuntimeValue?] = []
    for (place, input) in node.inputs.enumerated() {
      guard input != nil else {
        values.append(nil)
        continue
      }
      guard let constant = inputs[place]?.constant else { return outputs }
      values.append(.tensor(constant))
    }
    for output in outputs.prefix(node.outputs.count) {
      guard let bytes = output.tensor?.byteCount else { continue }
      if bytes > ConstantLimits.foldedBytes { return outputs }
    }
    let context = KernelContext(
      inputs: values, outputCount: node.outputs.count, limit: ConstantLimits.foldedBytes)
    // What cannot be computed here is left to the run, which reports it in its own place.
    guard (try? kind.run(context)) != nil else { return outputs }
    var folded = outputs
    for (place, value) in context.outputs.enumerated() where place < folded.count {
      if let tensor = value?.tensor { folded[place] = Fact(tensor) }
    }
    return folded
  }

  private func inferNested(
    _ nested: Graph, _ inputs: [Fact], _ sets: [String: Int], of node: NodeID
  ) throws(OperatorError) -> [Fact] {
    guard session.depth < session.depthLimit else {
      session.nestedError = .nestedTooDeep(limit: session.depthLimit)
      throw .unsupported("graphs nested this deep")
    }
    session.depth += 1
    defer { session.depth -= 1 }
    let inner = GraphInference(nested, session: session, operatorSets: sets, enclosing: self)
    // That another branch does not fit is no matter of what is inside this one.
    let pending = session.nestedError
    session.nestedError = nil
    do {
      try inner.run(inputs: inputs)
      session.nestedError = pending
    } catch let error {
      session.nestedError = error
      if case .nestedTooDeep = error { throw .unsupported("graphs nested this deep") }
      throw .nestedGraph
    }
    let condition = nested.outputs.first.flatMap { inner.facts[$0.index]?.constant?.integers?.first }
    nestedRuns[node, default: []].append(
      NestedRun(
        cost: inner.runCost, goesOn: condition.map { $0 != 0 } ?? false,
        isBound: inner.captures.keys.contains { inner.hasOpenBranch($0) }))
    var outputs: [Fact] = []
    for output in nested.outputs {
      guard let fact = inner.facts[output.index] else {
        throw .unsupported("a nested graph of unknown types")
      }
      outputs.append(fact)
    }
    return outputs
  }

  /// Stores what is known of the node's outputs, the file's own declaration filling the gaps.
  private func take(_ outputs: [Fact], for node: Node, constant: Bool) {
    for (place, output) in node.outputs.enumerated() {
      guard let output else { continue }
      var fact = place < outputs.count ? outputs[place] : nil
      if let declared = graph.values[output.index].declared { merge(declared, into: &fact, output, node) }
      facts[output.index] = fact
      isConstant[output.index] = constant || fact?.constant != nil
    }
  }

  private func merge(_ declared: DeclaredType, into fact: inout Fact?, _ output: ValueID, _ node: Node) {
    guard var inferred = fact else {
      fact = Fact(declared.bound(by: session.symbols))
      return
    }
    guard case .tensor(let element, let dimensions) = declared, var type = inferred.tensor else { return }
    guard let dimensions, let shape = type.shape else {
      if type.shape == nil, case .tensor(let bound) = declared.bound(by: session.symbols) {
        type.shape = bound.shape
        inferred.type = .tensor(type)
        fact = inferred
      }
      return
    }
    var differs = element != type.element || dimensions.count != shape.rank
    var filled = shape
    for axis in 0..<min(dimensions.count, shape.rank) {
      guard let extent = extent(of: dimensions[axis]) else { continue }
      if let known = shape[axis] { differs = differs || known != extent } else { filled[axis] = extent }
    }
    if differs {
      session.addDifference(
        graph[output], declared.bound(by: session.symbols).tensor?.description ?? "", type, node: node)
    } else if filled != shape {
      type.shape = filled
      inferred.type = .tensor(type)
      fact = inferred
    }
  }

  private func extent(of dimension: DeclaredDimension) -> Int? {
    switch dimension {
    case .fixed(let extent): extent
    case .symbol(let name): session.symbols[name]
    case .unknown: nil
    }
  }

  /// The values of this graph that graphs nested in `node` read, at any depth.
  private func capturedValues(of node: Node) -> [ValueID] {
    var found: [ValueID] = []
    for graph in node.nestedGraphs {
      for name in graph.capturedNames {
        if let id = valuesByName[name], !found.contains(id) { found.append(id) }
      }
    }
    return found
  }
}

/// Operators whose result differs from run to run, so that it is not computed ahead.
enum NonDeterministic {
  private static let names: Set<String> = [
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli",
    "Dropout",
  ]

  static func isRepeatable(_ node: Node) -> Bool {
    !names.contains(node.operatorName)
  }
}

extension [String: Int] {
  /// The version of the operator set of `domain`; 1 where the file imports none.
  func version(of domain: String) -> Int {
    if domain.isEmpty || domain == "ai.onnx" { return self[""] ?? self["ai.onnx"] ?? 1 }
    return self[domain] ?? 1
  }
}

extension Attribute {
  var holdsGraph: Bool {
    switch value {
    case .graph, .graphs: true
    default: false
    }
  }
}

extension Node {
  /// The graphs that the node holds as attributes.
  var nestedGraphs: [Graph] {
    if !attributes.contains(where: \.holdsGraph) { return [] }
    return attributes.flatMap { attribute -> [Graph] in
      switch attribute.value {
      case .graph(let graph): [graph]
      case .graphs(let graphs): graphs
      default: []
      }
    }
  }
}

extension Graph {
  /// Names of the values of enclosing graphs that this graph, or one nested in it, reads.
  var capturedNames: [String] {
    var names: [String] = []
    var own: Set<String> = []
    for value in values {
      if case .captured = value.origin { names.append(value.name) } else { own.insert(value.name) }
    }
    for node in nodes {
      for graph in node.nestedGraphs { names += graph.capturedNames.filter { !own.contains($0) } }
    }
    return names
  }
}
