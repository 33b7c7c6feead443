internal import Network
internal import Operators

/// One inference of a graph nested in a node: what one run of it would cost.
struct NestedRun {
  /// nil where a node has no rule or an extent is not known.
  var cost: Cost?
  /// Whether the graph's first output is always true: the condition by which a loop goes on.
  var goesOn: Bool
  /// Whether the cost is that of a branch which may not be taken.
  var isBound: Bool
}

extension GraphInference {
  /// The work of one run of this graph; nil where it cannot be told.
  var runCost: Cost? {
    var total = Cost.free
    for id in graph.nodeIDs {
      let node = graph[id]
      if node.outputs.allSatisfy({ $0.map { isConstant[$0.index] } ?? true }) { continue }
      guard let cost = cost(of: node, id), let sum = total.adding(cost) else { return nil }
      total = sum
    }
    return total
  }

  private func cost(of node: Node, _ id: NodeID) -> Cost? {
    guard let kind = operators[id.index] else { return nil }
    if kind.role == .view || kind.role == .constant || node.isAuxiliary { return .free }
    return captures[id] != nil ? nestedCost(of: node, id) : ownCost(of: node, id)
  }

  /// The work of a node without that of graphs nested in it.
  private func ownCost(of node: Node, _ id: NodeID) -> Cost? {
    guard let kind = operators[id.index] else { return nil }
    let inputs = node.inputs.map { $0.flatMap { facts[$0.index] } }
    let outputs = node.outputs.prefix { $0.map { facts[$0.index] != nil } ?? false }
      .compactMap { $0.flatMap { facts[$0.index] } }
    return (try? kind.cost(inputs: inputs, outputs: outputs)) ?? nil
  }

  /// The work of a node that runs nested graphs: the branch that is taken, or the dearer one where that depends on the
  /// data; a loop's rounds times its body. nil where the number of rounds depends on the data.
  func nestedCost(of node: Node, _ id: NodeID) -> Cost? {
    guard let runs = nestedRuns[id], let last = runs.last, let cost = last.cost else {
      return node.operatorName == "FlexAttention" ? ownCost(of: node, id) : nil
    }
    switch node.operatorName {
    case "If":
      guard runs.count > 1 else { return cost }
      guard let other = runs[runs.count - 2].cost else { return nil }
      return (other.macs, other.elementwiseOperations) > (cost.macs, cost.elementwiseOperations)
        ? other : cost
    case "Loop":
      guard let rounds = loopRounds(node, id, goesOn: last.goesOn) else { return nil }
      return cost.multiplied(by: max(rounds, 0))
    case "SequenceMap":
      return sequenceRounds(node).flatMap { cost.multiplied(by: max($0, 0)) }
    case "Scan": return scanRounds(node).flatMap { cost.multiplied(by: $0) }
    case "FlexAttention":
      // The operator's own work, and one run of each of its graphs.
      return runs.reduce(ownCost(of: node, id)) { total, run in
        total.flatMap { total in run.cost.flatMap { total.adding($0) } }
      }
    default: return nil
    }
  }

  /// The rounds of a loop, from its own trip count, from the options or from its condition.
  private func loopRounds(_ node: Node, _ id: NodeID, goesOn: Bool) -> Int? {
    if goesOn, case let trips?? = node.inputs.first,
      let rounds = facts[trips.index]?.constant?.integers?.first
    {
      return rounds
    }
    return rounds[id]
  }

  /// The elements of the sequence that a graph is applied to, as known or as the options say.
  private func sequenceRounds(_ node: Node) -> Int? {
    if case let input?? = node.inputs.first, case .sequence(let type)? = facts[input.index]?.type,
      let length = type.length
    {
      return length
    }
    return session.tripCounts[node.displayName(in: graph)]
  }

  /// Whether a node runs one of two branches and only the run knows which, itself or in graphs nested in it.
  func hasOpenBranch(_ id: NodeID) -> Bool {
    guard let runs = nestedRuns[id], let last = runs.last else { return false }
    if graph[id].operatorName == "If" { return runs.count > 1 || last.isBound }
    return runs.contains { $0.isBound }
  }

  /// The extent of the axis along which a scan steps.
  private func scanRounds(_ node: Node) -> Int? {
    guard case .integer(let count) = node.attributes.first(where: { $0.name == "num_scan_inputs" })?.value,
      count > 0, count <= node.inputs.count, let input = node.inputs[node.inputs.count - count],
      let shape = facts[input.index]?.shape
    else { return nil }
    var axis = 0
    if case .integers(let axes) = node.attributes.first(where: { $0.name == "scan_input_axes" })?.value {
      axis = axes.first ?? 0
    }
    if axis < 0 { axis += shape.rank }
    return shape.dimensions.indices.contains(axis) ? shape[axis] : nil
  }
}

extension Cost {
  fileprivate func adding(_ other: Cost) -> Cost? {
    let (macs, tooManyMACs) = macs.addingReportingOverflow(other.macs)
    let (operations, tooMany) = elementwiseOperations.addingReportingOverflow(other.elementwiseOperations)
    return tooManyMACs || tooMany ? nil : Cost(macs: macs, elementwiseOperations: operations)
  }

  fileprivate func multiplied(by count: Int) -> Cost? {
    let (macs, tooManyMACs) = macs.multipliedReportingOverflow(by: count)
    let (operations, tooMany) = elementwiseOperations.multipliedReportingOverflow(by: count)
    return tooManyMACs || tooMany ? nil : Cost(macs: macs, elementwiseOperations: operations)
  }
}
