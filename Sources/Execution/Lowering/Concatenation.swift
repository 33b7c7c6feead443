internal import Kernels
internal import Network
internal import Operators

/// Tensors one behind the other along an axis.
struct ConcatOperation: RecognizableOperation {
  let axis: Int
  let fallback: (any Operator)?

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("Concat"),
      let output = node.output, let shape = graph[output].dimensions
    else { return nil }
    let axis = try operation.attributes.integer("axis", default: 1)
    var result = node
    result.operation = ConcatOperation(
      axis: axis < 0 ? axis + shape.count : axis, fallback: operation.operator)
    return result
  }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    guard axis == 1, let output = node.output, graph[output].dimensions?.count == 4,
      !(graph[output].dimensions?.contains(0) ?? true), graph[output].element == .float32
    else { return .plain }
    return .follows(halos: node.inputs.map { _ in 0 })
  }

  /// Bytes from each input to the next, if the output (of each image, where there are several) is nothing but one
  /// behind the other in memory.
  func contiguousParts(_ node: PlanNode, _ graph: PlanGraph) -> [Int]? {
    guard let output = node.output, let extents = graph[output].dimensions else { return nil }
    let inputs = node.inputs.compactMap { $0 }
    guard inputs.count == node.inputs.count else { return nil }
    if let blocked = graph[output].layout.blocked {
      let isContiguous = inputs.allSatisfy { input in
        graph[input].layout.blocked.map { $0.halo == blocked.halo } ?? false
      }
      guard isContiguous, hasWholeBlocks(inputs, graph) else { return nil }
      return inputs.compactMap { input in
        graph[input].layout.blocked.map { $0.blocks * $0.planePitch * MemoryLayout<Float>.stride }
      }
    } else {
      guard extents.prefix(axis).allSatisfy({ $0 == 1 }) else { return nil }
    }
    let sizes = inputs.compactMap { graph[$0].storedByteCount }
    return sizes.count == inputs.count && sizes.allSatisfy { $0 % ArenaPlanner.alignment == 0 } ? sizes : nil
  }

  private func hasWholeBlocks(_ inputs: [ValueID], _ graph: PlanGraph) -> Bool {
    inputs.dropLast().allSatisfy { (graph[$0].dimensions?[1] ?? 1) % BlockedLayout.block == 0 }
  }

  func inputsInOutputLayout(_ node: PlanNode, _ graph: PlanGraph) -> [Int] {
    guard hasWholeBlocks(node.inputs.compactMap { $0 }, graph) else { return [] }
    return Array(node.inputs.indices)
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let output = preparation.outputLayout else { return planar(preparation) }
    let layouts = preparation.node.inputs.indices.compactMap { preparation.layout($0) }
    guard layouts.count == preparation.node.inputs.count else { return nil }
    return try? BlockedChannels(layouts.map { BlockedChannels.Piece($0) }, output: output)
  }

  private func planar(_ preparation: Preparation) -> (any PreparedKernel)? {
    let shapes = preparation.node.inputs.indices.compactMap { preparation.value($0)?.dimensions }
    guard let bits = preparation.output?.element.bits, [8, 16, 32, 64].contains(bits),
      shapes.count == preparation.node.inputs.count, shapes.allSatisfy({ $0.indices.contains(axis) })
    else { return nil }
    return CopyKernel.concatenating(shapes, axis: axis, valueBytes: bits / 8)
  }
}
