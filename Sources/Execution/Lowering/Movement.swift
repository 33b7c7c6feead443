internal import Kernels
internal import Network
internal import Operators

/// Axes in another order.
struct TransposeOperation: RecognizableOperation {
  let order: [Int]

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("Transpose"),
      let input = node.inputs[0], let shape = graph[input].dimensions, !shape.contains(0),
      [8, 16, 32, 64].contains(graph[input].element.bits)
    else { return nil }
    let order = try operation.attributes.integers("perm") ?? Array(shape.indices.reversed())
    guard order.sorted() == Array(shape.indices) else { return nil }
    var result = node
    result.operation = TransposeOperation(order: order)
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.value(0), let shape = input.dimensions else { return nil }
    return TransposeKernel(
      shape: shape, permutation: order, valueBytes: input.element.bits / 8,
      instructionSet: preparation.options.instructionSet)
  }
}

/// Part of a tensor, or of an axis, brought together; whatever strides can describe.
struct CopyOperation: RecognizableOperation {
  let view: StridedView
  let valueBytes: Int

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? { nil }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    CopyKernel(
      [
        CopyKernel.Box(
          extents: view.extents, source: .init(offset: view.offset, strides: view.strides),
          target: .init(denseShape: view.extents))
      ], valueBytes: valueBytes)
  }
}

/// Slices along an axis, chosen by indices that the network computes or is given.
struct GatherOperation: RecognizableOperation {
  let axis: Int

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("Gather"),
      let input = node.inputs[0],
      let indices = node.inputs[1], let shape = graph[input].dimensions,
      let count = graph[indices].dimensions,
      !(shape + count).contains(0), graph[input].element.bits % 8 == 0, graph[input].element.bits > 0,
      graph[indices].element == .int64 || graph[indices].element == .int32
    else { return nil }
    var axis = try operation.attributes.integer("axis", default: 0)
    if axis < 0 { axis += shape.count }
    guard shape.indices.contains(axis) else { return nil }
    var result = node
    result.operation = GatherOperation(axis: axis)
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.value(0), let shape = input.dimensions, let indices = preparation.value(1),
      let count = indices.dimensions
    else { return nil }
    return GatherKernel(
      shape: shape, axis: axis, indices: count.reduce(1, *),
      index: indices.element == .int64 ? .int64 : .int32,
      valueBytes: input.element.bits / 8)
  }
}
