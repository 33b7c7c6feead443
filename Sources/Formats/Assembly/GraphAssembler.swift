import Network

/// Makes graphs of drafts: gives every name its value, finds what inner graphs take from outer ones, and puts nodes in
/// an order in which each comes after those it reads from.
///
/// A name is visible in its own graph and in those inside; giving it twice where both can be seen is an error.
/// Linear in the size of the file.
struct GraphAssembler {
  private let names: NameTable
  /// By name: the innermost graph that has a value of this name, counted from 1 (0: none), and which value it is.
  private var scopeOfName: [Int32]
  private var valueOfName: [Int32]
  /// What each name meant before, to be put back when a graph ends.
  private var shadowed: [(name: NameID, scope: Int32, value: Int32)] = []
  /// The graphs around the current place, outermost first.
  private var scopes: [Scope] = []

  private struct Scope {
    var values: [Value] = []
    /// The node whose inputs are being looked up, by its place in the file.
    var currentNode = -1
    /// Values of outer graphs that the current node's subgraphs take.
    var captures: [NameID] = []
  }

  init(names: NameTable) {
    self.names = names
    scopeOfName = [Int32](repeating: 0, count: names.count)
    valueOfName = [Int32](repeating: 0, count: names.count)
  }

  /// The finished graph. Call it for the outermost graph and for each function's body.
  mutating func assemble(_ draft: consuming GraphDraft) throws(FormatError) -> Graph {
    scopes.append(Scope())
    let mark = shadowed.count
    var graph = Graph(name: draft.name)
    graph.inputs = try declare(draft)
    var nodes: [Node] = []
    nodes.reserveCapacity(draft.nodes.count)
    // What each node waits for beyond its inputs: values that its subgraphs take.
    var captures: [Int: [ValueID]] = [:]
    for index in draft.nodes.indices {
      scopes[scopes.count - 1].currentNode = index
      let node = try resolve(&draft.nodes[index], operands: draft.operands)
      let taken = scopes[scopes.count - 1].captures
      if !taken.isEmpty {
        scopes[scopes.count - 1].captures = []
        for name in taken { captures[index, default: []].append(try value(name)) }
      }
      nodes.append(node)
    }
    scopes[scopes.count - 1].currentNode = draft.nodes.count
    for output in draft.outputs {
      do {
        graph.outputs.append(try value(output.name))
      } catch {
        throw error.at(output.offset).inside("output")
      }
    }
    graph.values = scopes[scopes.count - 1].values
    graph.nodes = nodes
    try TopologicalOrder.sort(&graph, captures: captures)
    leaveScope(mark)
    return graph
  }

  /// Gives all names of the graph their values, in the order inputs, initializers, outputs of nodes; returns the
  /// inputs that are not just other names for initializers.
  private mutating func declare(_ draft: borrowing GraphDraft) throws(FormatError) -> [ValueID] {
    let scope = scopes.count - 1
    scopes[scope].values.reserveCapacity(draft.inputs.count + draft.initializers.count + draft.nodes.count)
    for initializer in draft.initializers {
      try declare(initializer.name, .initializer(initializer.tensor), at: initializer.offset, "initializer")
    }
    var inputs: [ValueID] = []
    for input in draft.inputs {
      if isInitializer(input.name) { continue }
      inputs.append(try declare(input.name, .input, at: input.offset, "input"))
    }
    for index in draft.nodes.indices {
      for (position, place) in draft.nodes[index].outputs.enumerated() where !draft.operands[place].isEmpty {
        do {
          let origin = Value.Origin.node(NodeID(index), output: position)
          try declare(draft.operands[place], origin, at: draft.nodes[index].node.offset, "output")
        } catch {
          throw error.of(node: draft.nodes[index].label).inside("node", index)
        }
      }
    }
    for declaration in [draft.declarations, draft.inputs, draft.outputs].joined() {
      guard let id = own(declaration.name) else { continue }
      if let type = declaration.type { scopes[scope].values[id.index].declared = type }
      if let use = declaration.storedUse { scopes[scope].values[id.index].storedUse = use }
    }
    return inputs
  }

  /// An initializer may be listed as an input too, which old files do with all of them.
  private func isInitializer(_ name: NameID) -> Bool {
    own(name).map { scopes[scopes.count - 1].values[$0.index].initializer != nil } ?? false
  }

  @discardableResult
  private mutating func declare(
    _ name: NameID, _ origin: Value.Origin, at offset: Int?, _ field: String
  ) throws(FormatError) -> ValueID {
    if name.isEmpty { throw FormatError(.emptyName, offset: offset, field: field) }
    if isVisible(name) {
      throw FormatError(.duplicateName(names.string(name)), offset: offset, field: field)
    }
    return add(name, origin)
  }

  /// Whether `name` means something already at this place of the file. The output of a later node of an outer graph
  /// does not yet.
  private func isVisible(_ name: NameID) -> Bool {
    let scope = Int(scopeOfName[Int(name.index)])
    if scope == 0 { return false }
    let outer = scopes[scope - 1]
    guard scope < scopes.count,
      case .node(let producer, _) = outer.values[Int(valueOfName[Int(name.index)])].origin
    else { return true }
    return producer.index < outer.currentNode
  }

  private mutating func add(_ name: NameID, _ origin: Value.Origin) -> ValueID {
    let id = ValueID(scopes[scopes.count - 1].values.count)
    let text =
      if case .initializer(let tensor) = origin, !tensor.name.isEmpty { tensor.name } else {
        names.string(name)
      }
    scopes[scopes.count - 1].values.append(Value(name: text, origin: origin))
    let place = Int(name.index)
    shadowed.append((name, scopeOfName[place], valueOfName[place]))
    scopeOfName[place] = Int32(scopes.count)
    valueOfName[place] = Int32(id.index)
    return id
  }

  /// The value of this name in the current graph itself.
  private func own(_ name: NameID) -> ValueID? {
    guard !name.isEmpty, Int(scopeOfName[Int(name.index)]) == scopes.count else { return nil }
    return ValueID(Int(valueOfName[Int(name.index)]))
  }

  /// The value that `name` means in the current graph; one of an outer graph becomes a captured value here.
  private mutating func value(_ name: NameID) throws(FormatError) -> ValueID {
    if let id = own(name) { return id }
    guard !name.isEmpty else { throw FormatError(.emptyName) }
    guard scopeOfName[Int(name.index)] > 0 else { throw FormatError(.undefinedName(names.string(name))) }
    scopes[scopes.count - 2].captures.append(name)
    return add(name, .captured)
  }

  private mutating func resolve(_ draft: inout NodeDraft, operands: [NameID]) throws(FormatError) -> Node {
    do throws(FormatError) {
      draft.node.inputs.reserveCapacity(draft.inputs.count)
      for place in draft.inputs {
        draft.node.inputs.append(operands[place].isEmpty ? nil : try value(operands[place]))
      }
      draft.node.outputs.reserveCapacity(draft.outputs.count)
      for place in draft.outputs { draft.node.outputs.append(own(operands[place])) }
      for index in draft.subgraphs.indices {
        let inner = draft.subgraphs[index]
        draft.subgraphs[index].graph = GraphDraft()
        let attribute = draft.node.attributes[inner.attribute]
        do {
          let graph = try assemble(inner.graph)
          draft.node.attributes[inner.attribute].value = attribute.value.replacing(inner.element, with: graph)
        } catch {
          throw error.inside("attribute[\(inner.attribute)].g")
        }
      }
      return draft.take()
    } catch {
      let place = scopes.last.map(\.currentNode)
      throw error.at(draft.node.offset).of(node: draft.label).inside("node", place)
    }
  }

  private mutating func leaveScope(_ mark: Int) {
    while shadowed.count > mark, let entry = shadowed.popLast() {
      scopeOfName[Int(entry.name.index)] = entry.scope
      valueOfName[Int(entry.name.index)] = entry.value
    }
    scopes.removeLast()
  }
}

extension Attribute.Value {
  /// This value with `graph` in place of the graph, or of one element of the list of graphs.
  fileprivate func replacing(_ element: Int, with graph: Graph) -> Attribute.Value {
    guard case .graphs(var graphs) = self else { return .graph(graph) }
    graphs[element] = graph
    return .graphs(graphs)
  }
}
