internal import Kernels
internal import Network
internal import Operators

/// A fold of a tensor along axes that are known, or of each plane of it.
struct ReductionOperation: RecognizableOperation {
  let function: ReductionKernel.Function
  let axes: [Int]

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.domain.isEmpty,
      let function = functions[operation.name], graph.isFloat(node, 0),
      let shape = graph.dimensions(node, 0), !shape.contains(0)
    else { return nil }
    let axes: [Int]
    if let reduction = operation.operator as? any AxisReduction {
      // Axes that are no input, or an empty one, come from the operator's other rules.
      guard node.inputs.count < 2 || node.inputs[1] == nil || graph.constant(node, 1) != nil,
        let known = try reduction.reducedAxes(graph.factsAndConstants(node))
      else { return nil }
      axes = known
    } else {
      axes = Array(shape.indices.dropFirst(2))
    }
    guard !axes.isEmpty else { return nil }
    var result = node
    result.operation = ReductionOperation(function: function, axes: axes)
    result.inputs = [node.inputs[0]]
    return result
  }

  private static let functions: [String: ReductionKernel.Function] = [
    "ReduceSum": .sum, "ReduceMean": .mean, "ReduceMax": .maximum, "ReduceMin": .minimum,
    "ReduceProd": .product, "ReduceL1": .l1, "ReduceL2": .l2, "ReduceSumSquare": .sumOfSquares,
    "ReduceLogSum": .logSum, "ReduceLogSumExp": .logSumExp, "GlobalAveragePool": .mean,
    "GlobalMaxPool": .maximum,
  ]

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let shape = preparation.value(0)?.dimensions else { return nil }
    return ReductionKernel(
      function, shape: shape, axes: axes, instructionSet: preparation.options.instructionSet)
  }
}
