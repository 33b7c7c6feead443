package import Network
package import Operators

/// The nodes of a network grouped as they execute.
package struct Layers: Sendable {
  /// In order of execution.
  package var layers: [LayerNodes]
  /// Index into `layers` for each node of the graph; nil for what does not run for every input.
  package var layerOfNode: [Int?]
  package var uses: GraphUses
}

/// Nodes that execute as one.
package struct LayerNodes: Sendable {
  /// In order; each reads only the layer's inputs, constants, and what nodes before it made.
  package var nodes: [NodeID]
  /// The node that gives the layer its kind; always the first.
  package var primary: NodeID
  package var role: Role
}

extension Layers {
  /// Groups nodes into layers: a matrix layer with the batch normalisation behind it, any layer with the element-by-element
  /// work that follows it alone (an activation in one node or spelled out, a bias, a scale), and views with
  /// what they are views of.
  package init(_ inferred: InferredGraph) {
    var layering = Layering(inferred)
    for id in inferred.liveNodes where layering.layerOfNode[id.index] == nil { layering.place(id) }
    self.init(layers: layering.layers, layerOfNode: layering.layerOfNode, uses: layering.uses)
  }
}

private struct Layering {
  /// Nodes that one activation may be spelled out in; a GELU by Tanh has eight.
  static let regionLimit = 16

  let inferred: InferredGraph
  let uses: GraphUses
  var layers: [LayerNodes] = []
  var layerOfNode: [Int?]
  /// Nodes that run, by the operator of the file that they were made of; empty where the file's operators are nodes.
  private let groups: [Int: [NodeID]]

  init(_ inferred: InferredGraph) {
    self.inferred = inferred
    uses = GraphUses(inferred)
    layerOfNode = Array(repeating: nil, count: inferred.graph.nodes.count)
    var groups: [Int: [NodeID]] = [:]
    for id in inferred.liveNodes {
      if let group = inferred.graph[id].translation?.group { groups[group, default: []].append(id) }
    }
    self.groups = groups
  }

  private func role(_ id: NodeID) -> Role { inferred.roles[id.index] ?? .layer }

  private func isConstant(_ value: ValueID) -> Bool { inferred.isConstant[value.index] }

  /// Puts a node that no earlier layer has taken into a layer.
  mutating func place(_ id: NodeID) {
    if let group = inferred.graph[id].translation?.group, let nodes = groups[group], nodes.count > 1 {
      return place(nodes.filter { layerOfNode[$0.index] == nil })
    }
    let kind = role(id)
    if kind == .view, let source = viewedValue(id), let producer = inferred.graph.producer(of: source),
      let layer = layerOfNode[producer.index]
    {
      return add(id, to: layer)
    }
    layers.append(LayerNodes(nodes: [], primary: id, role: kind))
    add(id, to: layers.count - 1)
    if kind != .view && kind != .constant { grow(layers.count - 1) }
  }

  /// Puts what one operator of the file was made of into one layer, whose kind is that of the node that does the work. What
  /// only shows another layer's result belongs to that layer.
  private mutating func place(_ nodes: [NodeID]) {
    let working = nodes.filter { !inferred.graph[$0].isAuxiliary }
    guard
      let primary = working.first(where: { role($0) == .matrixLayer })
        ?? working.first(where: { role($0) != .view }) ?? working.first
    else {
      for id in nodes { placeView(id) }
      return
    }
    if working.allSatisfy({ role($0) == .view }), let source = viewedValue(nodes[0]),
      let producer = inferred.graph.producer(of: source), let layer = layerOfNode[producer.index]
    {
      for id in nodes { add(id, to: layer) }
      return
    }
    layers.append(LayerNodes(nodes: [], primary: primary, role: role(primary)))
    for id in nodes { add(id, to: layers.count - 1) }
    if role(primary) != .view && role(primary) != .constant { grow(layers.count - 1) }
  }

  /// Puts a node that only shows another value where that value was made, or into a layer of its own.
  private mutating func placeView(_ id: NodeID) {
    if let source = viewedValue(id), let producer = inferred.graph.producer(of: source),
      let layer = layerOfNode[producer.index]
    {
      return add(id, to: layer)
    }
    layers.append(LayerNodes(nodes: [], primary: id, role: .view))
    add(id, to: layers.count - 1)
  }

  private mutating func add(_ id: NodeID, to layer: Int) {
    layers[layer].nodes.append(id)
    layerOfNode[id.index] = layer
  }

  /// The value that a view shows, if its shape is fixed before the network runs.
  private func viewedValue(_ id: NodeID) -> ValueID? {
    let inputs = inferred.graph[id].inputs
    guard let source = inputs.first ?? nil, !isConstant(source) else { return nil }
    return inputs.dropFirst().allSatisfy { $0.map(isConstant) ?? true } ? source : nil
  }

  /// Adds what follows a layer alone.
  private mutating func grow(_ layer: Int) {
    guard let last = layers[layer].nodes.last, var tail = onlyUsedOutput(last) else { return }
    var mayNormalize = layers[layer].role == .matrixLayer
    while !uses.isOutput[tail.index] {
      if let view = soleReader(of: tail), role(view) == .view, viewedValue(view) == tail,
        let output = onlyUsedOutput(view)
      {
        add(view, to: layer)
        mayNormalize = false
        tail = output
      } else if mayNormalize, let normalization = soleReader(of: tail), isFoldable(normalization, into: tail),
        let output = onlyUsedOutput(normalization)
      {
        add(normalization, to: layer)
        tail = output
      } else if let region = region(behind: tail) {
        for id in region.nodes { add(id, to: layer) }
        mayNormalize = mayNormalize && region.nodes.allSatisfy { role($0) == .elementwise }
        tail = region.output
      } else {
        return
      }
    }
  }

  /// The output of a node that anything reads, if it is one alone.
  private func onlyUsedOutput(_ id: NodeID) -> ValueID? {
    var found: ValueID?
    for case let output? in inferred.graph[id].outputs where uses.isUsed(output) {
      guard found == nil else { return nil }
      found = output
    }
    return found
  }

  private func soleReader(of value: ValueID) -> NodeID? {
    let readers = uses.readers(of: value)
    guard readers.count == 1, let reader = readers.first, layerOfNode[reader.index] == nil else { return nil }
    return reader
  }

  private func isFoldable(_ id: NodeID, into value: ValueID) -> Bool {
    let inputs = inferred.graph[id].inputs
    return role(id) == .normalization && inputs.first == value
      && inputs.dropFirst().allSatisfy { $0.map(isConstant) ?? true }
  }

  /// The smallest group of element-by-element nodes that reads only `tail` and constants, that nothing else of `tail`
  /// escapes from, and that has one output. Covers every activation, in one node or spelled out in many
  /// (`x * sigmoid(x)`, GELU by Erf or by Tanh, HardSwish), and bias and scale by constants.
  private func region(behind tail: ValueID) -> (nodes: [NodeID], output: ValueID)? {
    let first = uses.readers(of: tail)
    guard let next = first.first, mayBeMember(next), first.count < Self.regionLimit,
      let type = inferred.tensor(tail), type.shape != nil
    else { return nil }
    var members: [NodeID] = []
    // Values of the region and how many of their readers are still outside.
    var open: [(value: ValueID, readers: Int)] = [(tail, first.count)]
    var candidates = Array(first)
    while let next = candidates.min(), members.count < Self.regionLimit {
      candidates.removeAll { $0 == next }
      guard let output = fits(next, type, within: open) else { return nil }
      members.append(next)
      let inputs = inferred.graph[next].inputs
      for index in open.indices where inputs.contains(open[index].value) { open[index].readers -= 1 }
      let rest = open.contains { $0.readers > 0 }
      if !rest { return (members, output) }
      if uses.isOutput[output.index] { return nil }
      let readers = uses.readers(of: output)
      open.append((output, readers.count))
      for reader in readers where !candidates.contains(reader) { candidates.append(reader) }
    }
    return nil
  }

  /// Whether all that the node's operator in the file was made of is work of the same kind, so that a region need not cut
  /// through it.
  private func isWholeOperator(_ id: NodeID) -> Bool {
    guard let group = inferred.graph[id].translation?.group, let nodes = groups[group] else { return true }
    return nodes.allSatisfy { role($0) == .activation || role($0) == .elementwise }
  }

  private func mayBeMember(_ id: NodeID) -> Bool {
    layerOfNode[id.index] == nil && (role(id) == .activation || role(id) == .elementwise)
  }

  /// The output of a node that may be part of a region over the values of `open`.
  private func fits(
    _ id: NodeID, _ type: TensorType, within open: [(value: ValueID, readers: Int)]
  ) -> ValueID? {
    guard mayBeMember(id), inferred.captures[id] == nil, let output = onlyUsedOutput(id),
      inferred.tensor(output) == type
    else { return nil }
    guard isWholeOperator(id) else { return nil }
    let inside = inferred.graph[id].inputs.allSatisfy { input in
      input.map { input in isConstant(input) || open.contains { $0.value == input } } ?? true
    }
    return inside ? output : nil
  }
}
