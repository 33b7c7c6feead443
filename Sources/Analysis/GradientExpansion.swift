internal import Network
internal import Operators

/// Puts the derivatives of the operators between in place of nodes that ask for a gradient.
///
/// The part of the graph that a `Gradient` names is run backwards, from what is differentiated to what it is differentiated
/// by: reverse-mode differentiation. Where the node is fed other values than those it names, that part is repeated with them
/// first. What a rule says depends on shapes, so each node's types are inferred as it is put in.
struct GradientExpansion {
  /// Nodes and values that may be looked at for each node that may be made: many gradients of a long graph would take the square
  /// of its length.
  private static let visitsPerNode = 64

  private let source: Graph
  private let sourceSets: [NodeID: [String: Int]]
  private let limits: AnalysisLimits
  /// The graph as far as it is made.
  private let scope: GraphInference
  private let valuesByName: [String: ValueID]
  /// Whether the nodes of `source` are in the new graph.
  private var isPlaced: [Bool]
  /// What graphs nested in the others read, as far as it was asked for.
  private var pendingCaptures: [NodeID: [ValueID]] = [:]
  private var nodeCount: Int
  private var nameBytes: Int
  private var visitsLeft: Int
  private var findings: [Finding] = []

  /// The graph without gradients as far as they could be expanded, and which could not.
  static func apply(
    to inlined: InlinedGraph, operatorSets: [String: Int], inputs: [Fact?], symbols: [String: Int],
    _ options: AnalysisOptions
  ) throws(AnalysisError) -> (graph: InlinedGraph, findings: [Finding]) {
    guard inlined.graph.nodes.contains(where: Gradient.isCalled) else { return (inlined, []) }
    var expansion = GradientExpansion(inlined, operatorSets, symbols, options)
    return try expansion.run(inputs)
  }

  private init(
    _ inlined: InlinedGraph, _ operatorSets: [String: Int], _ symbols: [String: Int],
    _ options: AnalysisOptions
  ) {
    source = inlined.graph
    sourceSets = inlined.operatorSets
    limits = options.limits
    nodeCount = inlined.addedNodes
    nameBytes = inlined.addedNameBytes
    visitsLeft =
      limits.expandedNodes.multipliedReportingOverflow(by: Self.visitsPerNode).overflow
      ? .max : limits.expandedNodes * Self.visitsPerNode
    isPlaced = Array(repeating: false, count: inlined.graph.nodes.count)
    var empty = inlined.graph
    empty.nodes = []
    let session = InferenceSession(
      symbols, tripCounts: options.tripCounts, depthLimit: options.limits.graphDepth)
    scope = GraphInference(empty, session: session, operatorSets: operatorSets)
    let graph = inlined.graph
    valuesByName = Dictionary(
      graph.valueIDs.map { (graph[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func run(
    _ inputs: [Fact?]
  ) throws(AnalysisError) -> (graph: InlinedGraph, findings: [Finding]) {
    try scope.run(inputs: inputs)
    for id in source.nodeIDs {
      var node = source[id]
      if Gradient.isCalled(by: node), let obstacle = try expand(node) {
        if findings.count < InferenceSession.differenceLimit {
          findings.append(Finding(.noGradient(reason: obstacle), node: node.displayName(in: source)))
        }
        node = Gradient.node(node, heldBy: obstacle)
      } else if Gradient.isCalled(by: node) {
        isPlaced[id.index] = true
        continue
      }
      try scope.append(node, operatorSets: sourceSets[id])
      isPlaced[id.index] = true
    }
    var graph = InlinedGraph(graph: scope.graph, operatorSets: scope.nodeOperatorSets)
    (graph.addedNodes, graph.addedNameBytes) = (nodeCount, nameBytes)
    return (graph, findings)
  }

  // MARK: - One gradient

  /// Puts in what a node stands for; what stands in the way where that does not work.
  private mutating func expand(_ node: Node) throws(AnalysisError) -> String? {
    let call: Gradient
    do throws(OperatorError) {
      call = try Gradient(
        AttributeReader(
          node.attributes, version: 1, inputCount: node.inputs.count, outputCount: node.outputs.count))
      // What the inputs must be is said in one place.
      _ = try call.infer(InferenceInputs(node.inputs.map { $0.flatMap { scope.facts[$0.index] } }))
    } catch {
      throw .node(.init(node), error)
    }
    let names = call.independents + call.parameters
    var fed: [(named: ValueID, given: ValueID)] = []
    for (index, name) in names.enumerated() {
      guard let given = node.inputs[index] else { throw .node(.init(node), .missingInput(index)) }
      let attribute = index < call.independents.count ? "xs" : "zs"
      fed.append((try value(name, of: attribute, node), given))
    }
    let dependent = try value(call.dependent, of: "y", node)
    guard let path = try path(to: dependent, from: Set(fed.map(\.named))) else {
      return "gradients of gradients that come later"
    }
    var forward = Forward()
    forward.prefix = node.displayName(in: source)
    for (index, value) in fed.enumerated() {
      let own = value.named == value.given ? value.named : try add("Identity", [value.given], forward.prefix)
      forward.places[value.named] = own
      if index < call.independents.count { forward.varying.insert(own) }
    }
    if let obstacle = try runForward(path, &forward) { return obstacle }
    return try runBackward(
      from: forward.place(of: dependent),
      to: fed.prefix(call.independents.count).map { forward.place(of: $0.named) }, node, forward)
  }

  private func value(_ name: String, of attribute: String, _ node: Node) throws(AnalysisError) -> ValueID {
    guard let value = valuesByName[name] else {
      throw .node(
        .init(node), .attributeValue(attribute, reason: "the graph has no value called '\(name)'"))
    }
    return value
  }

  /// A node of the new graph, or one of the file's that comes only later in it.
  private struct Place: Hashable, Comparable {
    var isPending: Bool
    var id: NodeID

    static func < (a: Place, b: Place) -> Bool {
      a.isPending == b.isPending ? a.id < b.id : !a.isPending
    }
  }

  /// The nodes that a value follows from, up to `ends`, in an order in which they can run; nil if a gradient that is not yet
  /// expanded is among them.
  private mutating func path(
    to value: ValueID, from ends: Set<ValueID>
  ) throws(AnalysisError) -> [Place]? {
    var found: Set<Place> = []
    var met = ends
    var open = [value]
    while let next = open.popLast() {
      guard met.insert(next).inserted, let place = producer(of: next), found.insert(place).inserted else {
        continue
      }
      let node = node(at: place)
      if place.isPending, Gradient.isCalled(by: node) { return nil }
      let read = reads(node, at: place)
      visitsLeft -= 1 + read.count
      guard visitsLeft >= 0 else { throw .tooManyNodes(limit: limits.expandedNodes) }
      open += read
    }
    return found.sorted()
  }

  private func producer(of value: ValueID) -> Place? {
    if value.index < source.values.count, let own = source.producer(of: value), !isPlaced[own.index] {
      return Place(isPending: true, id: own)
    }
    return scope.graph.producer(of: value).map { Place(isPending: false, id: $0) }
  }

  private func node(at place: Place) -> Node { place.isPending ? source[place.id] : scope.graph[place.id] }

  /// What a node reads, graphs nested in it included.
  private mutating func reads(_ node: Node, at place: Place) -> [ValueID] {
    let own = node.inputs.compactMap { $0 }
    guard node.attributes.contains(where: \.holdsGraph) else { return own }
    if !place.isPending { return own + (scope.captures[place.id] ?? []) }
    if let known = pendingCaptures[place.id] { return own + known }
    let captured = node.nestedGraphs.flatMap(\.capturedNames).compactMap { valuesByName[$0] }
    pendingCaptures[place.id] = captured
    return own + captured
  }

  /// The network from the values that a gradient is given.
  private struct Forward {
    /// Where each value is that is another one than the graph's own.
    var places: [ValueID: ValueID] = [:]
    /// Floating-point values that follow from those it is differentiated by.
    var varying: Set<ValueID> = []
    /// Nodes that make such values, in order.
    var steps: [NodeID] = []
    var prefix = ""

    func place(of value: ValueID) -> ValueID { places[value] ?? value }
  }

  /// Repeats the nodes that read other values than the graph's own, or are not there yet, and finds out what varies.
  private mutating func runForward(
    _ path: [Place], _ forward: inout Forward
  ) throws(AnalysisError) -> String? {
    for place in path {
      var node = node(at: place)
      var id = place.id
      var read = reads(node, at: place)
      let isRepeated = place.isPending || read.contains { forward.place(of: $0) != $0 }
      if isRepeated {
        // Nested graphs read by name, and the names are those of the file.
        if node.attributes.contains(where: \.holdsGraph) { return "the derivative of \(node.operatorName)" }
        let sets = place.isPending ? sourceSets[place.id] : scope.nodeOperatorSets[place.id]
        id = try addCopy(of: node, sets, &forward)
        node = scope.graph[id]
        read = node.inputs.compactMap { $0 }
      }
      guard read.contains(where: forward.varying.contains) else { continue }
      for case let output? in node.outputs
      where scope.facts[output.index]?.tensor?.element.isFloatingPoint ?? true {
        forward.varying.insert(output)
      }
      if node.outputs.contains(where: { $0.map(forward.varying.contains) ?? false }) {
        forward.steps.append(id)
      }
    }
    return nil
  }

  /// Adds the gradients of `dependent` with respect to `independents` as the outputs of `node`.
  private mutating func runBackward(
    from dependent: ValueID, to independents: [ValueID], _ node: Node, _ forward: Forward
  ) throws(AnalysisError) -> String? {
    var gradients: [ValueID: ValueID] = [:]
    if forward.varying.contains(dependent) {
      gradients[dependent] = try addFilled(like: dependent, with: 1, node, forward.prefix)
      for id in forward.steps.reversed() {
        if let obstacle = try differentiate(id, &gradients, forward) { return obstacle }
      }
    }
    for (value, output) in zip(independents, node.outputs) {
      guard let output else { continue }
      let gradient: ValueID
      if let known = gradients[value] {
        gradient = known
      } else {
        gradient = try addFilled(like: value, with: 0, node, forward.prefix)
      }
      try add("Identity", [gradient], forward.prefix, outputs: [output])
    }
    return nil
  }

  /// Passes the gradients of a node's outputs on to its inputs.
  private mutating func differentiate(
    _ id: NodeID, _ gradients: inout [ValueID: ValueID], _ forward: Forward
  ) throws(AnalysisError) -> String? {
    let node = scope.graph[id]
    let own = node.outputs.map { $0.flatMap { gradients[$0] } }
    guard own.contains(where: { $0 != nil }) else { return nil }
    let kind = node.domain.isEmpty ? node.operatorName : "\(node.domain).\(node.operatorName)"
    guard let rule = scope.operators[id.index] as? any DifferentiableOperator else {
      return "the derivative of \(kind)"
    }
    var derivation = Derivation(
      inputs: node.inputs.map { $0.flatMap { scope.facts[$0.index] } },
      outputs: node.outputs.map { $0.flatMap { scope.facts[$0.index] } },
      isWanted: node.inputs.map { $0.map(forward.varying.contains) ?? false },
      hasGradient: own.map { $0 != nil })
    do throws(OperatorError) {
      try rule.differentiate(&derivation)
    } catch {
      return "the derivative of \(kind): \(error.message)"
    }
    // Inference lets a malformed node pass that its run refuses.
    for case .input(let index) in derivation.steps.flatMap(\.inputs)
    where !node.inputs.indices.contains(index) || node.inputs[index] == nil {
      return "the derivative of \(kind): \(OperatorError.missingInput(index).message)"
    }
    let prefix = "\(forward.prefix)/\(node.displayName(in: scope.graph))"
    let made = try put(derivation, node, own, prefix)
    for (input, term) in derivation.results {
      guard let value = node.inputs[input], let share = made(term) else { continue }
      if let sum = gradients[value] {
        gradients[value] = try add("Add", [sum, share], prefix)
      } else {
        gradients[value] = share
      }
    }
    return nil
  }

  // MARK: - New nodes

  /// Adds the nodes of a derivative; answers where its terms are.
  private mutating func put(
    _ derivation: Derivation, _ node: Node, _ gradients: [ValueID?], _ prefix: String
  ) throws(AnalysisError) -> (Derivation.Term) -> ValueID? {
    var made: [[ValueID]] = []
    func place(_ term: Derivation.Term, _ made: [[ValueID]]) -> ValueID? {
      switch term {
      case .input(let index): node.inputs[index]
      case .output(let index): node.outputs[index]
      case .gradient(let index): gradients[index]
      case .made(let step, let output): made[step][output]
      }
    }
    for step in derivation.steps {
      let inputs = step.inputs.map { place($0, made) }
      var outputs: [ValueID] = []
      for _ in 0..<step.outputCount { outputs.append(try addValue(prefix)) }
      try add(step.operatorName, inputs, prefix, attributes: step.attributes, outputs: outputs)
      made.append(outputs)
    }
    return { [made] in place($0, made) }
  }

  /// Adds a tensor of the type of `value` with one number in every place.
  private mutating func addFilled(
    like value: ValueID, with number: Double, _ node: Node, _ prefix: String
  ) throws(AnalysisError) -> ValueID {
    var derivation = Derivation(
      inputs: [], outputs: [scope.facts[value.index]], isWanted: [], hasGradient: [true])
    let term: Derivation.Term
    do throws(OperatorError) {
      term = try derivation.filled(like: .gradient(0), with: number)
    } catch {
      throw .node(.init(node), error)
    }
    return try put(derivation, node, [value], prefix)(term) ?? value
  }

  private mutating func add(
    _ name: String, _ inputs: [ValueID?], _ prefix: String
  ) throws(AnalysisError) -> ValueID {
    let output = try addValue(prefix)
    try add(name, inputs, prefix, outputs: [output])
    return output
  }

  private mutating func add(
    _ name: String, _ inputs: [ValueID?], _ prefix: String, attributes: [Attribute] = [], outputs: [ValueID]
  ) throws(AnalysisError) {
    let label = "\(prefix)/\(name)_\(scope.graph.nodes.count)"
    try countNode(label)
    try scope.append(
      Node(name: label, operatorName: name, inputs: inputs, outputs: outputs, attributes: attributes),
      operatorSets: Derivation.operatorSets)
  }

  /// Adds a node of the graph again, on the values that stand for those it reads.
  private mutating func addCopy(
    of node: Node, _ sets: [String: Int]?, _ forward: inout Forward
  ) throws(AnalysisError) -> NodeID {
    var parts = node.parts
    parts.name = "\(forward.prefix)/\(parts.name.isEmpty ? parts.operatorName : parts.name)"
    try countNode(parts.name)
    parts.inputs = parts.inputs.map { $0.map(forward.place) }
    for (index, output) in node.outputs.enumerated() {
      guard let output else { continue }
      let copy = try addValue(forward.prefix)
      forward.places[output] = copy
      parts.outputs[index] = copy
    }
    return try scope.append(Node(parts), operatorSets: sets)
  }

  private mutating func addValue(_ prefix: String) throws(AnalysisError) -> ValueID {
    let name = "\(prefix)/\(scope.graph.values.count)"
    try countName(name)
    return scope.addValue(name)
  }

  private mutating func countNode(_ name: String) throws(AnalysisError) {
    nodeCount += 1
    guard nodeCount <= limits.expandedNodes else { throw .tooManyNodes(limit: limits.expandedNodes) }
    try countName(name)
  }

  private mutating func countName(_ name: String) throws(AnalysisError) {
    nameBytes += name.utf8.count
    guard nameBytes <= limits.expandedNameBytes else { throw .namesTooLong(limit: limits.expandedNameBytes) }
  }
}
