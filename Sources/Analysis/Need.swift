internal import Network
internal import Operators

/// Which nodes the outputs need: those that run every time, and those whose result is the same every time.
struct Need {
  private(set) var live: [NodeID] = []
  private(set) var constant: [NodeID] = []

  init(_ scope: GraphInference) {
    let (graph, facts, isConstantValue) = (scope.graph, scope.facts, scope.isConstant)
    var isNeeded = [Bool](repeating: false, count: graph.values.count)
    func need(_ value: ValueID) {
      // Known content makes its producer superfluous.
      if facts[value.index]?.constant == nil { isNeeded[value.index] = true }
    }
    for output in graph.outputs { need(output) }
    for index in graph.nodes.indices.reversed() {
      let id = NodeID(index)
      let outputs = graph.nodes[index].outputs
      guard outputs.contains(where: { $0.map { isNeeded[$0.index] } ?? false }) else { continue }
      let isConstant = outputs.allSatisfy { $0.map { isConstantValue[$0.index] } ?? true }
      if isConstant { constant.append(id) } else { live.append(id) }
      for case let input? in graph.nodes[index].inputs { need(input) }
      for captured in scope.captures[id] ?? [] { need(captured) }
    }
    live.reverse()
    constant.reverse()
  }
}
