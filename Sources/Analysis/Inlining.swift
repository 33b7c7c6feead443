internal import Network
internal import Operators

/// A graph whose nodes call no functions of the file any more.
struct InlinedGraph {
  var graph: Graph
  /// Operator sets of nodes that come from a function's body, where they differ from the network's.
  var operatorSets: [NodeID: [String: Int]] = [:]
  /// Nodes that the file does not have, and bytes of the names of what it does not have.
  var addedNodes = 0
  var addedNameBytes = 0
}

/// Puts the bodies of the file's own functions in place of the nodes that call them.
struct Inlining {
  private let functions: [Key: Function]
  private let limits: AnalysisLimits
  private var nodeCount = 0
  private var nameBytes = 0

  private struct Key: Hashable {
    var domain: String
    var name: String
    var overload: String
  }

  /// Where a call's body lands: names get a prefix, attributes come from the call.
  private struct Frame {
    var prefix = ""
    var attributes: [String: Attribute.Value] = [:]
    /// New names of the values that nested graphs may capture.
    var names: [String: String] = [:]
    var operatorSets: [String: Int]?
    var calls: [String] = []
  }

  static func apply(
    to network: Network, limits: AnalysisLimits = AnalysisLimits()
  ) throws(AnalysisError) -> InlinedGraph {
    guard !network.functions.isEmpty else { return InlinedGraph(graph: network.graph) }
    var inlining = Inlining(network.functions, limits)
    var result = try inlining.expand(network.graph, in: Frame())
    (result.addedNodes, result.addedNameBytes) = (inlining.nodeCount, inlining.nameBytes)
    return result
  }

  private init(_ functions: [Function], _ limits: AnalysisLimits) {
    self.limits = limits
    self.functions = Dictionary(
      functions.map { (Key(domain: $0.domain, name: $0.name, overload: $0.overload), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The graph with its own calls expanded; values keep their ids, new ones come behind them.
  private mutating func expand(_ graph: Graph, in frame: Frame) throws(AnalysisError) -> InlinedGraph {
    guard frame.calls.count < limits.callDepth else { throw .nestedTooDeep(limit: limits.callDepth) }
    var result = InlinedGraph(graph: graph)
    result.graph.nodes = []
    result.graph.nodes.reserveCapacity(graph.nodes.count)
    for node in graph.nodes { try emit(node, in: frame, into: &result) }
    return result
  }

  /// Adds a node whose value ids are those of `result`, or the body that it stands for.
  private mutating func emit(_ node: Node, in frame: Frame, into result: inout InlinedGraph)
    throws(AnalysisError)
  {
    if let function = function(calledBy: node) {
      return try emitBody(of: function, calledBy: node, in: frame, into: &result)
    }
    if !frame.calls.isEmpty { nodeCount += 1 }
    guard nodeCount <= limits.expandedNodes else { throw .tooManyNodes(limit: limits.expandedNodes) }
    var node = node
    let id = NodeID(result.graph.nodes.count)
    for (index, attribute) in node.attributes.enumerated() where attribute.holdsGraph {
      try expandGraphs(in: &node.attributes[index].value, in: frame)
    }
    for (place, output) in node.outputs.enumerated() {
      if let output { result.graph[output].origin = .node(id, output: place) }
    }
    if let sets = frame.operatorSets { result.operatorSets[id] = sets }
    result.graph.nodes.append(node)
  }

  /// A known operator is not replaced by a function of the same name: its cost is better known.
  private func function(calledBy node: Node) -> Function? {
    guard OperatorRegistry.find(domain: node.domain, name: node.operatorName) == nil else { return nil }
    return functions[Key(domain: node.domain, name: node.operatorName, overload: node.overload)]
  }

  private mutating func emitBody(
    of function: Function, calledBy call: Node, in frame: Frame, into result: inout InlinedGraph
  ) throws(AnalysisError) {
    let called = "\(function.domain).\(function.name)"
    guard !frame.calls.contains(called) else { throw .functionCycle(function.name) }
    guard frame.calls.count < limits.callDepth else { throw .nestedTooDeep(limit: limits.callDepth) }
    // A name that is there has got its prefix when the enclosing body was expanded.
    let name =
      call.name.isEmpty ? frame.prefix + "\(function.name)_\(result.graph.nodes.count)" : call.name
    var inner = Frame(prefix: name + "/", operatorSets: function.operatorSets)
    try addNames(inner.prefix, function.body)
    inner.calls = frame.calls + [called]
    for attribute in function.attributeDefaults + call.attributes {
      inner.attributes[attribute.name] = attribute.value
    }
    let places = bindValues(of: function.body, calledBy: call, &inner, into: &result)
    for node in function.body.nodes {
      var parts = node.parts
      if !parts.name.isEmpty { parts.name = inner.prefix + parts.name }
      parts.offset = parts.offset ?? call.offset
      parts.inputs = parts.inputs.map { $0.flatMap { places[$0.index] } }
      parts.outputs = parts.outputs.map { $0.flatMap { places[$0.index] } }
      parts.attributes = parts.attributes.compactMap { resolve($0, inner) }
      if Gradient.isCalled(by: node) { parts.attributes = parts.attributes.map { renamed($0, inner) } }
      try emit(Node(parts), in: inner, into: &result)
    }
    for (output, place) in zip(function.body.outputs, call.outputs) {
      guard let place, let source = places[output.index], source != place else { continue }
      try emit(Node(operatorName: "Identity", inputs: [source], outputs: [place]), in: frame, into: &result)
    }
  }

  /// Refuses a body whose names, with the prefix, are more than the limit, before anything is made of them.
  private mutating func addNames(_ prefix: String, _ body: Graph) throws(AnalysisError) {
    let count = prefix.utf8.count
    for value in body.values { nameBytes += count + value.name.utf8.count }
    for node in body.nodes { nameBytes += count + node.name.utf8.count }
    guard nameBytes <= limits.expandedNameBytes else { throw .namesTooLong(limit: limits.expandedNameBytes) }
  }

  /// The value of `result` for each value of the body: the call's own at the edges, new ones inside.
  private func bindValues(
    of body: Graph, calledBy call: Node, _ frame: inout Frame, into result: inout InlinedGraph
  ) -> [ValueID?] {
    var places = [ValueID?](repeating: nil, count: body.values.count)
    var isBound = [Bool](repeating: false, count: body.values.count)
    for (index, input) in body.inputs.enumerated() {
      places[input.index] = index < call.inputs.count ? call.inputs[index] : nil
      isBound[input.index] = true
    }
    for (output, place) in zip(body.outputs, call.outputs) where !isBound[output.index] && place != nil {
      places[output.index] = place
      isBound[output.index] = true
    }
    for id in body.valueIDs {
      if !isBound[id.index] {
        var value = body[id]
        value.name = frame.prefix + value.name
        places[id.index] = ValueID(result.graph.values.count)
        result.graph.values.append(value)
      }
      if let place = places[id.index] { frame.names[body[id].name] = result.graph[place].name }
    }
    return places
  }

  /// The attribute with a reference replaced by the call's value; nil if the call does not give it.
  private func resolve(_ attribute: Attribute, _ frame: Frame) -> Attribute? {
    guard case .reference(let name) = attribute.value else { return attribute }
    return frame.attributes[name].map { Attribute(attribute.name, $0) }
  }

  /// The attribute with the names of values that it holds as they are where the body lands.
  private func renamed(_ attribute: Attribute, _ frame: Frame) -> Attribute {
    func new(_ name: [UInt8]) -> [UInt8] {
      frame.names[String(decoding: name, as: UTF8.self)].map { Array($0.utf8) } ?? name
    }
    guard Gradient.namingAttributes.contains(attribute.name) else { return attribute }
    switch attribute.value {
    case .string(let name): return Attribute(attribute.name, .string(new(name)))
    case .strings(let names): return Attribute(attribute.name, .strings(names.map(new)))
    default: return attribute
    }
  }

  private mutating func expandGraphs(in value: inout Attribute.Value, in frame: Frame) throws(AnalysisError) {
    switch value {
    case .graph(let graph): value = .graph(try expandNested(graph, in: frame))
    case .graphs(let graphs):
      var expanded: [Graph] = []
      for graph in graphs { expanded.append(try expandNested(graph, in: frame)) }
      value = .graphs(expanded)
    default: break
    }
  }

  private mutating func expandNested(_ graph: Graph, in frame: Frame) throws(AnalysisError) -> Graph {
    var graph = graph
    for index in graph.values.indices {
      guard case .captured = graph.values[index].origin else { continue }
      if let name = frame.names[graph.values[index].name] { graph.values[index].name = name }
    }
    for index in graph.nodes.indices {
      graph.nodes[index].attributes = graph.nodes[index].attributes.compactMap { resolve($0, frame) }
    }
    var inner = frame
    inner.calls.append("")
    return try expand(graph, in: inner).graph
  }
}
