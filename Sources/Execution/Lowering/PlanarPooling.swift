internal import Kernels
internal import Network
internal import Operators

/// Maximum or average over windows with any number of axes, on row-major tensors.
struct PlanarPoolingOperation: RecognizableOperation {
  private let geometry: WindowGeometry
  private let reduction: PlanarPooling.Reduction
  let fallback: (any Operator)?

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.domain.isEmpty,
      graph.isFloat(node, 0), let input = graph.dimensions(node, 0), input.count >= 3,
      let output = node.output.flatMap({ graph[$0].dimensions }), !(input + output).contains(0),
      !node.outputs.dropFirst().contains(where: { $0 != nil })
    else { return nil }
    let geometry: WindowGeometry
    let reduction: PlanarPooling.Reduction
    switch operation.operator {
    case let pooling as MaxPool:
      geometry = try pooling.geometry(input)
      reduction = .maximum
    case let pooling as AveragePool:
      geometry = try pooling.geometry(input)
      let axes = geometry.input.indices
      reduction = .average(
        counts: axes.map { geometry.counts($0, includingPadding: pooling.countsPadding) })
    default: return nil
    }
    var result = node
    result.operation = PlanarPoolingOperation(
      geometry: geometry, reduction: reduction, fallback: operation.operator)
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.value(0)?.dimensions else { return nil }
    return PlanarPooling(
      geometry, planes: input[0] * input[1], reduction: reduction,
      instructionSet: preparation.options.instructionSet)
  }
}
