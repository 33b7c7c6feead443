import Network

/// Puts nodes after those they read from.
enum TopologicalOrder {
  /// Sorts the nodes of `graph` in place, keeping the file's order as far as it can; values follow their producers.
  ///
  /// `captures` are values of this graph that the subgraphs of a node take, by the node's place in the file.
  static func sort(_ graph: inout Graph, captures: [Int: [ValueID]]) throws(FormatError) {
    if isSorted(graph, captures) { return }
    let order = try order(graph, captures)
    var places = [Int](repeating: 0, count: order.count)
    for (place, node) in order.enumerated() { places[node] = place }
    graph.nodes = order.map { graph.nodes[$0] }
    for index in graph.values.indices {
      if case .node(let node, let output) = graph.values[index].origin {
        graph.values[index].origin = .node(NodeID(places[node.index]), output: output)
      }
    }
  }

  private static func isSorted(_ graph: Graph, _ captures: [Int: [ValueID]]) -> Bool {
    for index in graph.nodes.indices {
      for case let input? in graph.nodes[index].inputs {
        if let producer = graph.values[input.index].producer, producer.index >= index { return false }
      }
      if captures.isEmpty { continue }
      for taken in captures[index] ?? [] {
        if let producer = graph.values[taken.index].producer, producer.index >= index { return false }
      }
    }
    return true
  }

  /// Places of nodes in the file, in their new order. Depth first without recursion, so that a long chain given
  /// backwards does not overflow the stack.
  private static func order(_ graph: Graph, _ captures: [Int: [ValueID]]) throws(FormatError) -> [Int] {
    enum State { case untouched, open, done }
    var states = [State](repeating: .untouched, count: graph.nodes.count)
    var order: [Int] = []
    order.reserveCapacity(graph.nodes.count)
    var path: [(node: Int, next: Int)] = []
    for start in graph.nodes.indices where states[start] == .untouched {
      states[start] = .open
      path.append((start, 0))
      while let (node, next) = path.last {
        guard let dependency = dependency(next, of: node, graph, captures) else {
          states[node] = .done
          order.append(node)
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        guard let producer = dependency.flatMap({ graph.values[$0.index].producer }) else { continue }
        switch states[producer.index] {
        case .done: break
        case .open: throw cycle(graph.nodes[producer.index], at: producer.index)
        case .untouched:
          states[producer.index] = .open
          path.append((producer.index, 0))
        }
      }
    }
    return order
  }

  /// The `place`-th value that a node waits for: `.some(nil)` for an input left out, nil after the last.
  private static func dependency(
    _ place: Int, of node: Int, _ graph: Graph, _ captures: [Int: [ValueID]]
  ) -> ValueID?? {
    let inputs = graph.nodes[node].inputs
    if place < inputs.count { return .some(inputs[place]) }
    guard let taken = captures[node], place - inputs.count < taken.count else { return nil }
    return .some(taken[place - inputs.count])
  }

  private static func cycle(_ node: Node, at index: Int) -> FormatError {
    FormatError(
      .cycle, offset: node.offset, field: "node[\(index)]",
      node: node.name.isEmpty ? node.operatorName : node.name)
  }
}
