package import Network

/// Who reads each value, among the nodes that run for every input.
package struct GraphUses: Sendable {
  /// Readers of all values one after another; `starts` says where those of each value begin.
  private var readers: [NodeID]
  private var starts: [Int]
  /// Whether a value is an output of the graph, and so read after the last node.
  package private(set) var isOutput: [Bool]

  package init(_ inferred: InferredGraph) {
    let graph = inferred.graph
    var ends = [Int](repeating: 0, count: graph.values.count + 1)
    var reads = Reads(graph.values.count)
    for id in inferred.liveNodes { reads.forEach(of: id, inferred) { ends[$0.index + 1] += 1 } }
    for index in ends.indices.dropFirst() { ends[index] += ends[index - 1] }
    let starts = ends
    var readers = [NodeID](repeating: NodeID(0), count: ends.last ?? 0)
    for id in inferred.liveNodes {
      reads.forEach(of: id, inferred) { value in
        readers[ends[value.index]] = id
        ends[value.index] += 1
      }
    }
    var isOutput = [Bool](repeating: false, count: graph.values.count)
    for output in graph.outputs { isOutput[output.index] = true }
    self.readers = readers
    self.starts = starts
    self.isOutput = isOutput
  }

  /// The nodes that read `value`, in order, each once.
  package func readers(of value: ValueID) -> ArraySlice<NodeID> {
    readers[starts[value.index]..<starts[value.index + 1]]
  }

  /// Whether anything happens with `value` after it is made.
  package func isUsed(_ value: ValueID) -> Bool { isOutput[value.index] || !readers(of: value).isEmpty }

  /// Calls back once for each value that a node reads itself or through the graphs nested in it.
  private struct Reads {
    /// The call that met each value last, so that a value is met once without searching a list.
    private var met: [Int]
    private var call = 0

    init(_ valueCount: Int) { met = Array(repeating: 0, count: valueCount) }

    mutating func forEach(of id: NodeID, _ inferred: InferredGraph, _ body: (ValueID) -> Void) {
      call += 1
      func meet(_ value: ValueID) {
        guard met[value.index] != call else { return }
        met[value.index] = call
        body(value)
      }
      for case let input? in inferred.graph.nodes[id.index].inputs { meet(input) }
      for captured in inferred.captures[id] ?? [] { meet(captured) }
    }
  }
}
