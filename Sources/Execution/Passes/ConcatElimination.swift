internal import Kernels
internal import Network
internal import Operators

/// Finds concatenations whose inputs can be written straight into their places, so that nothing is copied.
///
/// Where one tensor grows by concatenation after concatenation (DenseNet), all but the last are the beginning of the
/// last one: taken from the end, each finds its inputs in place already.
enum ConcatElimination {
  static func find(_ graph: PlanGraph) -> ConcatSlices {
    var slices = ConcatSlices()
    let producers = graph.producers()
    for node in graph.nodes.reversed() where node.operation is ConcatOperation {
      place(node, graph, producers, &slices)
    }
    return slices
  }

  private static func place(
    _ node: PlanNode, _ graph: PlanGraph, _ producers: [Int?], _ slices: inout ConcatSlices
  ) {
    guard let output = node.output, let operation = node.operation as? ConcatOperation,
      let sizes = operation.contiguousParts(node, graph)
    else { return }
    let inputs = node.inputs.compactMap { $0 }
    guard Set(inputs).count == node.inputs.count else { return }
    if let start = placedInOrder(inputs, sizes, slices) {
      if !slices.contains(output) { slices.place(output, in: start.root, offset: start.offset) }
      slices.markWritten(output)
      return
    }
    let isFree = inputs.allSatisfy { input in
      guard let producer = producers[input.index], !slices.contains(input) else { return false }
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
