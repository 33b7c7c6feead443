internal import Kernels
internal import Network
internal import Operators

/// Operators on floats whose inputs come from `DequantizeLinear` and whose result goes to one `QuantizeLinear`.
struct QuantizedGroups {
  let graph: PlanGraph
  var nodes: [PlanNode?]
  private let producers: [Int?]
  private let consumers: [[Int]]

  init(_ graph: PlanGraph) {
    self.graph = graph
    nodes = graph.nodes
    producers = graph.producers()
    consumers = graph.consumers()
  }

  /// 8-bit numbers behind an operand.
  private struct Operand {
    var value: ValueID
    var quantization: Quantization
    /// The node that makes floats of them, where nobody else reads those.
    var node: PlanNode?
  }

  /// Where a result goes.
  private struct Result {
    var value: ValueID
    var quantization: Quantization
    /// From an activation before the rounding, as unsigned numbers.
    var limits = 0...255
    var function = UnaryFunction.identity
    /// The nodes behind the operator, in order.
    var nodes: [Int]
  }

  /// Puts one integer step in the place of the group around node `index`, if it is the operator of one.
  mutating func recognize(_ index: Int) throws(OperatorError) {
    guard let node = nodes[index], let operation = node.operation as? FileOperation, operation.domain.isEmpty
    else { return }
    switch operation.name {
    case "Conv": try convolution(index, node, operation)
    case "Gemm", "MatMul": try product(index, node, operation)
    case "Add":
      try pair(index, node) {
        QuantizedSumOperation(first: $0, second: $1, output: $2, limits: $3, shape: $4)
      }
    case "Mul":
      try pair(index, node) {
        QuantizedProductOperation(first: $0, second: $1, output: $2, limits: $3, shape: $4)
      }
    case "MaxPool", "AveragePool": try pooling(index, node)
    case "GlobalAveragePool", "ReduceMean": try globalAverage(index, node)
    case "Concat": try concatenation(index, node, operation)
    case "QuantizeLinear": try requantization(index, node)
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Expand", "DepthToSpace",
      "SpaceToDepth":
      try movement(index, node)
    default: try activation(index, node)
    }
  }

  private mutating func convolution(
    _ index: Int, _ node: PlanNode, _ operation: FileOperation
  ) throws(OperatorError) {
    guard let input = try operand(node, 0), let extents = graph.dimensions(node, 0), extents.count == 4,
      let filter = graph.dimensions(node, 1), filter.count == 4, !(extents + filter).contains(0),
      let weights = try weights(node, 1, channelAxis: 0),
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: extents[1], outputChannels: filter[0],
        groups: operation.attributes.integer("group", default: 1)),
      let result = try result(index)
    else { return }
    try append(
      index, node, input, weights, parameters: parameters, channelAxis: 0, shape: .image, biasInput: 2, result
    )
  }

  private mutating func product(
    _ index: Int, _ node: PlanNode, _ operation: FileOperation
  ) throws(OperatorError) {
    let isGemm = operation.name == "Gemm"
    if isGemm {
      guard try !operation.attributes.flag("transA"),
        try operation.attributes.float("alpha", default: 1) == 1,
        try operation.attributes.float("beta", default: 1) == 1
      else { return }
    }
    let channelAxis = isGemm ? try operation.attributes.flag("transB") ? 0 : 1 : 1
    guard let input = try operand(node, 0), let extents = graph.dimensions(node, 0),
      let matrix = graph.dimensions(node, 1), matrix.count == 2, !matrix.contains(0),
      let rows = ByteShape.rows.layout(extents), extents.count >= 2,
      let weights = try weights(node, 1, channelAxis: channelAxis),
      let parameters = try? ConvolutionParameters(
        batch: rows.batch, inputChannels: matrix[1 - channelAxis], outputChannels: matrix[channelAxis],
        input: .init(1, 1), kernel: .init(1, 1)),
      rows.channels == parameters.inputChannels, let result = try result(index)
    else { return }
    try append(
      index, node, input, weights, parameters: parameters, channelAxis: channelAxis, shape: .rows,
      biasInput: isGemm ? 2 : nil, result)
  }

  /// A convolution, or a product as one of single pixels.
  private mutating func append(
    _ index: Int, _ node: PlanNode, _ input: Operand, _ weights: QuantizedWeights,
    parameters: ConvolutionParameters, channelAxis: Int, shape: ByteShape, biasInput: Int?, _ result: Result
  ) throws(OperatorError) {
    let channels = parameters.outputChannels
    guard shape.layout(graph[input.value].dimensions, halo: parameters.halo) != nil,
      shape.layout(graph[result.value].dimensions) != nil, result.function == .identity,
      let bias = try biasInput.map({ place throws(OperatorError) in
        try self.bias(node, place, channels: channels) { input.quantization.scale * weights.scale($0) }
      }) ?? Array(repeating: 0, count: channels)
    else { return }
    let operation = QuantizedConvolutionOperation(
      parameters: parameters, weights: weights, channelAxis: channelAxis, shape: shape, bias: bias,
      input: input.quantization, output: result.quantization, limits: result.limits)
    replace(index, [input], result, operation)
  }

  private mutating func pair(
    _ index: Int, _ node: PlanNode,
    _ make: (Quantization, Quantization, Quantization, ClosedRange<Int>, ByteShape) -> any PlannedOperation
  ) throws(OperatorError) {
    guard node.inputs.count == 2, graph.dimensions(node, 0) == graph.dimensions(node, 1),
      let first = try operand(node, 0), let second = try operand(node, 1), let result = try result(index),
      result.function == .identity, let shape = graph.byteShape(result.value),
      graph[first.value].constant == nil, graph[second.value].constant == nil
    else { return }
    replace(
      index, [first, second], result,
      make(first.quantization, second.quantization, result.quantization, result.limits, shape))
  }

  private mutating func pooling(_ index: Int, _ node: PlanNode) throws(OperatorError) {
    guard let input = try operand(node, 0),
      let pooling = try PoolingOperation.recognize(node, graph)?.operation as? PoolingOperation,
      let result = try result(index), result.limits == 0...255, result.function == .identity,
      graph.byteShape(input.value) == .image,
      pooling.reduction != .maximum || input.quantization == result.quantization
    else { return }
    replace(
      index, [input], result,
      QuantizedPoolingOperation(
        parameters: pooling.parameters, reduction: pooling.reduction, input: input.quantization,
        output: result.quantization))
  }

  private mutating func globalAverage(_ index: Int, _ node: PlanNode) throws(OperatorError) {
    guard let input = try operand(node, 0), try GlobalAverageOperation.recognize(node, graph) != nil,
      let result = try result(index), result.limits == 0...255, result.function == .identity,
      graph.byteShape(input.value) == .image,
      let parameters = ConvolutionParameters(averaging: graph[input.value].dimensions)
    else { return }
    replace(
      index, [input], result,
      QuantizedPoolingOperation(
        parameters: parameters, reduction: .average(countingPadding: false), input: input.quantization,
        output: result.quantization))
  }

  private mutating func concatenation(
    _ index: Int, _ node: PlanNode, _ operation: FileOperation
  ) throws(OperatorError) {
    guard let result = try result(index), result.function == .identity,
      let shape = graph.byteShape(result.value), let extents = graph[result.value].dimensions
    else { return }
    let axis = try operation.attributes.integer("axis", default: 1)
    guard (axis < 0 ? axis + extents.count : axis) == (shape == .image ? 1 : extents.count - 1) else {
      return
    }
    var inputs: [Operand] = []
    for place in node.inputs.indices {
      guard let input = try operand(node, place), graph.byteShape(input.value) == shape,
        graph[input.value].constant == nil
      else { return }
      inputs.append(input)
    }
    replace(
      index, inputs, result,
      QuantizedChannelsOperation(
        inputs: inputs.map(\.quantization), output: result.quantization, limits: result.limits,
        function: .identity, shape: shape))
  }

  /// A function of single numbers, and activations behind operators that cannot take them in.
  private mutating func activation(_ index: Int, _ node: PlanNode) throws(OperatorError) {
    guard let function = ActivationRecognition.function(of: node, graph), let input = try operand(node, 0),
      let result = try result(index), result.function == .identity
    else { return }
    appendTable(index, input, result, function)
  }

  /// A change of scale and zero point.
  private mutating func requantization(_ index: Int, _ node: PlanNode) throws(OperatorError) {
    guard let input = try operand(node, 0), let output = node.output,
      let quantization = try graph.quantization(node, scale: 1, zero: 2, element: graph[output].element)
    else { return }
    appendTable(index, input, Result(value: output, quantization: quantization, nodes: []), .identity)
  }

  private mutating func appendTable(
    _ index: Int, _ input: Operand, _ result: Result, _ function: UnaryFunction
  ) {
    guard let shape = graph.byteShape(result.value), graph[input.value].constant == nil,
      graph[input.value].dimensions == graph[result.value].dimensions
    else { return }
    replace(
      index, [input], result,
      QuantizedChannelsOperation(
        inputs: [input.quantization], output: result.quantization, limits: result.limits, function: function,
        shape: shape))
  }

  /// What only moves numbers does so with bytes.
  private mutating func movement(_ index: Int, _ node: PlanNode) throws(OperatorError) {
    guard node.outputs.count == 1, let input = try operand(node, 0), let result = try result(index),
      result.limits == 0...255, result.function == .identity, input.quantization == result.quantization
    else { return }
    replace(index, [input], result, node.operation, keeping: Array(node.inputs.dropFirst()))
  }

  private mutating func replace(
    _ index: Int, _ inputs: [Operand], _ result: Result, _ operation: any PlannedOperation,
    keeping others: [ValueID?] = []
  ) {
    guard let node = nodes[index] else { return }
    let before = inputs.compactMap(\.node)
    let behind = result.nodes.compactMap { nodes[$0] }
    let all = before + [node] + behind
    for dropped in result.nodes { nodes[dropped] = nil }
    nodes[index] = nil
    nodes[result.nodes.last ?? index] = PlanNode(
      name: node.name, operation: operation, inputs: inputs.map(\.value) + others, outputs: [result.value],
      sources: all.flatMap(\.sources), operators: all.flatMap(\.operators))
  }

  /// The 8-bit numbers of which an input was made.
  private func operand(_ node: PlanNode, _ input: Int) throws(OperatorError) -> Operand? {
    guard input < node.inputs.count, let value = node.inputs[input], let maker = producers[value.index],
      let source = graph.nodes[maker].inputs[0], graph.nodes[maker].fileOperator == "DequantizeLinear",
      graph[value].element == .float32,
      let quantization = try graph.quantization(
        graph.nodes[maker], scale: 1, zero: 2, element: graph[source].element)
    else { return nil }
    let isOwn = consumers[value.index].count == 1 && !graph.isOutput(value)
    return Operand(value: source, quantization: quantization, node: isOwn ? graph.nodes[maker] : nil)
  }

  /// Where the result of node `index` goes: through activations that limit it, or one other function, to one rounding.
  private func result(_ index: Int) throws(OperatorError) -> Result? {
    guard var value = graph.nodes[index].output else { return nil }
    var (low, high) = (-Float.infinity, Float.infinity)
    var passed: [Int] = []
    while consumers[value.index].count == 1, !graph.isOutput(value) {
      let next = consumers[value.index][0]
      let node = graph.nodes[next]
      guard nodes[next] != nil, node.inputs.first == value, let output = node.output else { return nil }
      passed.append(next)
      if node.fileOperator == "QuantizeLinear" {
        guard
          let quantization = try graph.quantization(node, scale: 1, zero: 2, element: graph[output].element)
        else { return nil }
        let (least, most) = (quantization.unsigned(low), quantization.unsigned(high))
        guard least <= most else { return nil }
        return Result(value: output, quantization: quantization, limits: least...most, nodes: passed)
      }
      switch ActivationRecognition.function(of: node, graph) {
      case .relu: (low, high) = (max(low, 0), max(high, 0))
      case .clamp(let least, let most):
        (low, high) = (min(max(low, least), most), min(max(high, least), most))
      default: return nil
      }
      value = output
    }
    return nil
  }

  /// Weights with scales for all or for each channel along `channelAxis`.
  private func weights(_ node: PlanNode, _ input: Int, channelAxis: Int) throws(OperatorError)
    -> QuantizedWeights?
  {
    guard let value = node.inputs[input], let maker = producers[value.index],
      graph.nodes[maker].fileOperator == "DequantizeLinear", let attributes = graph.nodes[maker].attributes,
      let extents = graph[value].dimensions, try attributes.integer("block_size", default: 0) == 0
    else { return nil }
    let axis = try attributes.integer("axis", default: 1)
    guard
      let weights = try graph.quantizedWeights(
        graph.nodes[maker], 0, scale: 1, zero: 2, channels: extents[channelAxis]),
      weights.scales.count == 1 || (axis < 0 ? axis + extents.count : axis) == channelAxis
    else { return nil }
    return try weights.fits(channelAxis: channelAxis) ? weights : nil
  }

  /// A bias in units of `unit(channel)`; nil if there is one that is not constant or not of this size.
  private func bias(
    _ node: PlanNode, _ input: Int, channels: Int, unit: (Int) -> Float
  ) throws(OperatorError) -> [Int32]? {
    guard input < node.inputs.count, let value = node.inputs[input] else {
      return Array(repeating: 0, count: channels)
    }
    if let maker = producers[value.index], graph.nodes[maker].fileOperator == "DequantizeLinear",
      let source = graph.nodes[maker].inputs[0], graph[source].element == .int32,
      let tensor = try graph[source].constant?.load(), tensor.elementCount == channels,
      let scales = try graph.floats(graph.nodes[maker], 1), scales.count == 1 || scales.count == channels,
      try hasZeroPointZero(graph.nodes[maker])
    {
      let numbers = tensor.elements(as: Int32.self)
      return (0..<channels).allSatisfy({ isClose(scales.count == 1 ? scales[0] : scales[$0], unit($0)) })
        ? Array(numbers)
        : Self.rounded(
          (0..<channels).map { Float(numbers[$0]) * (scales.count == 1 ? scales[0] : scales[$0]) }, unit)
    }
    guard let values = try graph.floats(node, input), values.count == channels else { return nil }
    return Self.rounded(values, unit)
  }

  private func hasZeroPointZero(_ node: PlanNode) throws(OperatorError) -> Bool {
    guard node.inputs.count > 2, node.inputs[2] != nil else { return true }
    return try graph.constant(node, 2)?.load().integers?.allSatisfy { $0 == 0 } ?? false
  }

  private func isClose(_ a: Float, _ b: Float) -> Bool { abs(a - b) <= 1e-6 * max(abs(a), abs(b)) }

  private static func rounded(_ values: [Float], _ unit: (Int) -> Float) -> [Int32]? {
    var result: [Int32] = []
    for (channel, value) in values.enumerated() {
      guard let number = Int32(exactly: (value / unit(channel)).rounded(.toNearestOrEven)) else { return nil }
      result.append(number)
    }
    return result
  }
}

extension ConvolutionParameters {
  /// A window over the whole image.
  init?(averaging extents: [Int]?) {
    guard let extents, extents.count == 4,
      let parameters = try? ConvolutionParameters(
        batch: extents[0], inputChannels: extents[1], outputChannels: extents[1],
        input: .init(extents[2], extents[3]), kernel: .init(extents[2], extents[3]))
    else { return nil }
    self = parameters
  }
}
