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
