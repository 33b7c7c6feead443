internal import Kernels
internal import Network
internal import Operators

/// Operators of the file that stand for work on 8-bit numbers: QLinearConv and the like.
enum QuantizedOperators {
  /// The node as an integer step; nil where it is no such operator, or one that only the operator itself runs.
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation else { return nil }
    switch (operation.domain, operation.name) {
    case ("", "QLinearConv"): return try convolution(node, operation, graph)
    case ("", "QLinearMatMul"):
      return try product(node, graph, channelAxis: 1, result: (6, 7), bias: nil)
    case ("com.microsoft", "QGemm"):
      guard try !operation.attributes.flag("transA"), try operation.attributes.float("alpha", default: 1) == 1
      else { return nil }
      return try product(
        node, graph, channelAxis: try operation.attributes.flag("transB") ? 0 : 1, result: (7, 8), bias: 6)
    case ("com.microsoft", "QLinearAdd"): return try pair(node, graph, isProduct: false)
    case ("com.microsoft", "QLinearMul"): return try pair(node, graph, isProduct: true)
    case ("com.microsoft", "QLinearGlobalAveragePool"): return try globalAverage(node, operation, graph)
    case ("com.microsoft", "QLinearConcat"): return try concatenation(node, operation, graph)
    case ("com.microsoft", "QLinearSigmoid"): return try table(node, graph, .sigmoid)
    case ("com.microsoft", "QLinearLeakyRelu"):
      return try table(
        node, graph, .leakyRelu(slope: operation.attributes.float("alpha", default: 0.01)))
    case ("", "MaxPool"): return try maximum(node, operation, graph)
    default: return nil
    }
  }

  private static func convolution(
    _ node: PlanNode, _ operation: FileOperation, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard let extents = graph.dimensions(node, 0), extents.count == 4, let filter = graph.dimensions(node, 3),
      filter.count == 4, !(extents + filter).contains(0),
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: extents[1], outputChannels: filter[0],
        groups: operation.attributes.integer("group", default: 1))
    else { return nil }
    return try weighted(
      node, graph, parameters, channelAxis: 0, shape: .image, result: (6, 7), bias: 8)
  }

  private static func product(
    _ node: PlanNode, _ graph: PlanGraph, channelAxis: Int, result: (Int, Int), bias: Int?
  ) throws(OperatorError) -> PlanNode? {
    guard let extents = graph.dimensions(node, 0), extents.count >= 2, let matrix = graph.dimensions(node, 3),
      matrix.count == 2, !matrix.contains(0), let rows = ByteShape.rows.layout(extents),
      rows.channels == matrix[1 - channelAxis],
      let parameters = try? ConvolutionParameters(
        batch: rows.batch, inputChannels: rows.channels, outputChannels: matrix[channelAxis],
        input: .init(1, 1), kernel: .init(1, 1))
    else { return nil }
    return try weighted(
      node, graph, parameters, channelAxis: channelAxis, shape: .rows, result: result, bias: bias)
  }

  /// Inputs: x, its scale and zero point, the weights with theirs, and where `result` and `bias` say the others.
  private static func weighted(
    _ node: PlanNode, _ graph: PlanGraph, _ parameters: ConvolutionParameters, channelAxis: Int,
    shape: ByteShape, result places: (scale: Int, zero: Int), bias biasPlace: Int?
  ) throws(OperatorError) -> PlanNode? {
    let channels = parameters.outputChannels
    guard let value = node.inputs[0], let result = node.output,
      let input = try graph.quantization(node, scale: 1, zero: 2, element: graph[value].element),
      let output = try graph.quantization(
        node, scale: places.scale, zero: places.zero, element: graph[result].element),
      let weights = try graph.quantizedWeights(node, 3, scale: 4, zero: 5, channels: channels),
      try weights.fits(channelAxis: channelAxis),
      shape.layout(graph[value].dimensions, halo: parameters.halo) != nil,
      shape.layout(graph[result].dimensions) != nil
    else { return nil }
    var bias = Array(repeating: Int32(0), count: channels)
    if let biasPlace, biasPlace < node.inputs.count, let given = node.inputs[biasPlace] {
      guard graph[given].element == .int32, let tensor = try graph[given].constant?.load(),
        tensor.elementCount == channels
      else { return nil }
      bias = Array(tensor.elements(as: Int32.self))
    }
    var found = node
    found.operation = QuantizedConvolutionOperation(
      parameters: parameters, weights: weights, channelAxis: channelAxis, shape: shape, bias: bias,
      input: input, output: output, limits: 0...255)
    found.inputs = [value]
    return found
  }

  private static func pair(
    _ node: PlanNode, _ graph: PlanGraph, isProduct: Bool
  ) throws(OperatorError) -> PlanNode? {
    guard node.inputs.count >= 7, let a = node.inputs[0], let b = node.inputs[3], let result = node.output,
      graph[a].dimensions == graph[b].dimensions, graph[a].constant == nil, graph[b].constant == nil,
      let first = try graph.quantization(node, scale: 1, zero: 2, element: graph[a].element),
      let second = try graph.quantization(node, scale: 4, zero: 5, element: graph[b].element),
      let output = try graph.quantization(node, scale: 6, zero: 7, element: graph[result].element),
      let shape = graph.byteShape(result)
    else { return nil }
    var found = node
    found.operation =
      isProduct
      ? QuantizedProductOperation(
        first: first, second: second, output: output, limits: 0...255, shape: shape)
      : QuantizedSumOperation(first: first, second: second, output: output, limits: 0...255, shape: shape)
    found.inputs = [a, b]
    return found
  }

  private static func globalAverage(
    _ node: PlanNode, _ operation: FileOperation, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard try !operation.attributes.flag("channels_last"), node.inputs.count >= 4, let value = node.inputs[0],
      let result = node.output, graph.byteShape(value) == .image,
      let parameters = ConvolutionParameters(averaging: graph[value].dimensions),
      let input = try graph.quantization(node, scale: 1, zero: 2, element: graph[value].element),
      let output = try graph.quantization(node, scale: 3, zero: 4, element: graph[result].element)
    else { return nil }
    var found = node
    found.operation = QuantizedPoolingOperation(
      parameters: parameters, reduction: .average(countingPadding: false), input: input, output: output)
    found.inputs = [value]
    return found
  }

  /// Inputs: the output's scale and zero point, then each tensor with its own.
  private static func concatenation(
    _ node: PlanNode, _ operation: FileOperation, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard let result = node.output, let extents = graph[result].dimensions,
      let shape = graph.byteShape(result), node.inputs.count >= 5, node.inputs.count % 3 == 2,
      let output = try graph.quantization(node, scale: 0, zero: 1, element: graph[result].element)
    else { return nil }
    let axis = try operation.attributes.integer("axis", default: 1)
    guard (axis < 0 ? axis + extents.count : axis) == (shape == .image ? 1 : extents.count - 1) else {
      return nil
    }
    var values: [ValueID] = []
    var inputs: [Quantization] = []
    for place in stride(from: 2, to: node.inputs.count, by: 3) {
      guard let value = node.inputs[place], graph[value].constant == nil,
        let input = try graph.quantization(
          node, scale: place + 1, zero: place + 2, element: graph[value].element)
      else { return nil }
      values.append(value)
      inputs.append(input)
    }
    var found = node
    found.operation = QuantizedChannelsOperation(
      inputs: inputs, output: output, limits: 0...255, function: .identity, shape: shape)
    found.inputs = values
    return found
  }

  private static func table(
    _ node: PlanNode, _ graph: PlanGraph, _ function: UnaryFunction
  ) throws(OperatorError) -> PlanNode? {
    guard node.inputs.count >= 4, let value = node.inputs[0], let result = node.output,
      graph[value].constant == nil,
      let input = try graph.quantization(node, scale: 1, zero: 2, element: graph[value].element),
      let output = try graph.quantization(node, scale: 3, zero: 4, element: graph[result].element),
      let shape = graph.byteShape(result)
    else { return nil }
    var found = node
    found.operation = QuantizedChannelsOperation(
      inputs: [input], output: output, limits: 0...255, function: function, shape: shape)
    found.inputs = [value]
    return found
  }

  /// MaxPool of 8-bit numbers, whose scale does not matter.
  private static func maximum(
    _ node: PlanNode, _ operation: FileOperation, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard let value = node.inputs[0], let extents = graph[value].dimensions, extents.count == 4,
      !extents.contains(0), graph.byteShape(value) == .image,
      let quantization = Quantization(scale: 1, zero: 0, element: graph[value].element),
      !node.outputs.dropFirst().contains(where: { $0 != nil }),
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: extents[1], outputChannels: extents[1], groups: 1)
    else { return nil }
    var found = node
    found.operation = QuantizedPoolingOperation(
      parameters: parameters, reduction: .maximum, input: quantization, output: quantization)
    found.inputs = [value]
    return found
  }
}
