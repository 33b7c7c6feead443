import Network

/// Whether a file's functions can be put in place of the nodes that call them.
enum FunctionExpansion {
  private struct Key: Hashable {
    var domain: String
    var name: String
    var overload: String
  }

  /// Throws if two functions have one identity, if a function calls itself, directly or not, or if calls would become
  /// more than `limit` nodes: a function that calls another twice, which does the same, and so on, makes a huge network
  /// of a tiny file.
  static func check(_ graph: Graph, _ functions: [Function], limit: Int) throws(FormatError) {
    if functions.isEmpty { return }
    var places: [Key: Int] = [:]
    for (index, function) in functions.enumerated() {
      let key = Key(domain: function.domain, name: function.name, overload: function.overload)
      guard places.updateValue(index, forKey: key) == nil else {
        throw FormatError(.duplicateFunction(function.name), field: "functions[\(index)]")
      }
    }
    var sizes = [Int?](repeating: nil, count: functions.count)
    for start in functions.indices {
      try measure(start, functions, places, &sizes, limit)
    }
    guard size(graph, places, sizes, limit, otherNode: 0) <= limit else {
      throw FormatError(.tooMany(.expandedNodes, limit: limit), field: "functions")
    }
  }

  /// Fills in the expanded size of a function and of those that it calls. Without recursion: a chain of calls may be
  /// as long as the file has functions.
  private static func measure(
    _ start: Int, _ functions: [Function], _ places: [Key: Int], _ sizes: inout [Int?], _ limit: Int
  ) throws(FormatError) {
    if sizes[start] != nil { return }
    var path = [(function: start, callees: Self.callees(functions[start].body, places))]
    var open: Set = [start]
    while let (current, callees) = path.popLast() {
      var pending = callees
      guard let callee = pending.popLast() else {
        sizes[current] = size(functions[current].body, places, sizes, limit)
        open.remove(current)
        continue
      }
      path.append((current, pending))
      if sizes[callee] != nil { continue }
      guard open.insert(callee).inserted else {
        throw FormatError(.recursiveFunction(functions[callee].name), field: "functions[\(callee)]")
      }
      path.append((callee, Self.callees(functions[callee].body, places)))
    }
  }

  private static func key(_ node: Node) -> Key {
    Key(domain: node.domain, name: node.operatorName, overload: node.overload)
  }

  /// The functions that a body calls, its inner graphs included, each once.
  private static func callees(_ body: Graph, _ places: [Key: Int]) -> [Int] {
    var found: Set<Int> = []
    visit(body) { node in
      if let callee = places[key(node)] { found.insert(callee) }
    }
    return found.sorted()
  }

  /// Nodes of `graph` after expansion, or something above `limit`; a node that calls nothing counts as `otherNode`.
  private static func size(
    _ graph: Graph, _ places: [Key: Int], _ sizes: [Int?], _ limit: Int, otherNode: Int = 1
  ) -> Int {
    var total = 0
    visit(graph) { node in
      let own = places[key(node)].flatMap { sizes[$0] } ?? otherNode
      total = min(total + own, limit + 1)
    }
    return total
  }

  private static func visit(_ graph: Graph, _ body: (Node) -> Void) {
    for node in graph.nodes {
      body(node)
      for attribute in node.attributes {
        switch attribute.value {
        case .graph(let inner): visit(inner, body)
        case .graphs(let list): for inner in list { visit(inner, body) }
        default: break
        }
      }
    }
  }
}
