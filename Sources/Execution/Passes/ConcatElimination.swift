internal import Kernels
internal import Network
internal import Operators

/// Finds concatenations whose inputs can be written straight into their places, so that nothing is copied.
///
/// Where one tensor grows by concatenation after concatenation (DenseNet), all but the last are the beginning of the
/// last one: taken from the end, each finds its inputs in place already.
enum ConcatElimination {
  static func run(_ graph: inout PlanGraph) -> ConcatSlices {
    var slices = ConcatSlices()
    let producers = graph.producers()
    let dense = valuesThatMustBeDense(graph)
    for node in graph.nodes.reversed() where node.operation is ConcatOperation {
      place(node, graph, producers, dense, &slices)
    }
    for value in slices.values {
      guard let (root, _) = slices.parent(of: value), let whole = graph[root].layout.blocked, whole.batch > 1,
        var layout = graph[value].layout.blocked
      else { continue }
      layout.storedBlocks = whole.blocks
      graph[value].layout = .blocked(layout)
    }
    return slices
  }

  /// With several images a part of a wider tensor has gaps, which neither views nor residuals know of.
  private static func valuesThatMustBeDense(_ graph: PlanGraph) -> Set<ValueID> {
    var values: Set<ValueID> = []
    for node in graph.nodes {
      if node.operation is ViewOperation { values.formUnion(node.inputs.compactMap { $0 }) }
      guard !(node.operation is ConcatOperation) else { continue }
      let tied = node.operation.inputsInOutputLayout(node, graph)
      guard !tied.isEmpty else { continue }
      values.formUnion(tied.compactMap { node.inputs[$0] } + node.outputs.compactMap { $0 })
    }
    return values
  }

  private static func place(
    _ node: PlanNode, _ graph: PlanGraph, _ producers: [Int?], _ dense: Set<ValueID>,
    _ slices: inout ConcatSlices
  ) {
    guard let output = node.output, let operation = node.operation as? ConcatOperation,
      let sizes = operation.contiguousParts(node, graph)
    else { return }
    let inputs = node.inputs.compactMap { $0 }
    guard Set(inputs).count == node.inputs.count else { return }
    let hasGaps = (graph[output].layout.blocked?.batch ?? 1) > 1
    if let start = placedInOrder(inputs, sizes, slices), !hasGaps || !dense.contains(output) {
      if !slices.contains(output) { slices.place(output, in: start.root, offset: start.offset) }
      slices.markWritten(output)
      return
    }
    let isFree = inputs.allSatisfy { input in
      guard let producer = producers[input.index], !slices.contains(input), !hasGaps || !dense.contains(input)
      else { return false }
      return !(graph.nodes[producer].operation is ViewOperation) && !graph.isOutput(input)
    }
    guard isFree else { return }
    var offset = 0
    for (input, size) in zip(inputs, sizes) {
      slices.place(input, in: output, offset: offset)
      offset += size
    }
    slices.markWritten(output)
  }

  /// Where the inputs begin, if they already lie one behind the other.
  private static func placedInOrder(
    _ inputs: [ValueID], _ sizes: [Int], _ slices: ConcatSlices
  ) -> (root: ValueID, offset: Int)? {
    guard let first = inputs.first, let start = slices.parent(of: first) else { return nil }
    var end = start.1
    for (input, size) in zip(inputs, sizes) {
      guard let place = slices.parent(of: input), place.0 == start.0, place.1 == end else { return nil }
      end += size
    }
    return start
  }
}
