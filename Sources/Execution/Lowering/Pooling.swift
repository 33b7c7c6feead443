internal import Kernels
internal import Network
internal import Operators

/// Maximum or average over 2-D windows.
struct PoolingOperation: RecognizableOperation {
  let parameters: ConvolutionParameters
  let reduction: BlockedPooling.Reduction

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      operation.isNamed("MaxPool") || operation.isNamed("AveragePool"), graph.isFloat(node, 0),
      let input = graph.dimensions(node, 0), input.count == 4, !input.contains(0),
      !node.outputs.dropFirst().contains(where: { $0 != nil }),
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: input[1], outputChannels: input[1], groups: 1)
    else { return nil }
    let countsPadding = try operation.attributes.flag("count_include_pad")
    let reduction: BlockedPooling.Reduction =
      operation.isNamed("MaxPool") ? .maximum : .average(countingPadding: countsPadding)
    var result = node
    result.operation = PoolingOperation(parameters: parameters, reduction: reduction)
    return result
  }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .blocked(halos: [0]) }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.layout(0), let output = preparation.outputLayout else { return nil }
    do {
      return try BlockedPooling(
        parameters, reduction: reduction, input: input, output: output,
        instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this pooling")
    }
  }
}

/// The mean of each channel over the image.
struct GlobalAverageOperation: RecognizableOperation {
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, graph.isFloat(node, 0),
      let input = graph.dimensions(node, 0), input.count == 4, !input.contains(0)
    else { return nil }
    if !operation.isNamed("GlobalAveragePool") {
      guard try averagesImage(operation, node, graph) else { return nil }
    }
    var result = node
    result.operation = GlobalAverageOperation()
    result.inputs = [node.inputs[0]]
    return result
  }

  /// ReduceMean over both axes of the image, which stay as extents of 1.
  private static func averagesImage(
    _ operation: FileOperation, _ node: PlanNode, _ graph: PlanGraph
  ) throws(OperatorError) -> Bool {
    guard operation.isNamed("ReduceMean"), try operation.attributes.flag("keepdims", default: true) else {
      return false
    }
    var axes = try operation.attributes.integers("axes")
    if axes == nil { axes = try graph.constant(node, 1)?.load().integers }
    return axes.map { Set($0.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3] } ?? false
  }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .blocked(halos: [0]) }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.layout(0), preparation.outputLayout?.halo == 0 else { return nil }
    return BlockedGlobalAverage(input: input, instructionSet: preparation.options.instructionSet)
  }
}
