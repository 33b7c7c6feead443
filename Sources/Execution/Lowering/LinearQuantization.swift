internal import Kernels
internal import Network
internal import Operators

extension ElementType {
  /// nil for everything but integers of 8 and 16 bits and signed ones of 32.
  fileprivate var quantizedElement: QuantizedElement? {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    default: nil
    }
  }
}

/// `QuantizeLinear` or `DequantizeLinear` on row-major tensors, with one scale or one for each place along an axis.
///
/// Inputs: the numbers, the scales and the zero points, of which the last may be left out.
struct LinearQuantizationOperation: RecognizableOperation {
  let direction: LinearQuantization.Direction
  let element: QuantizedElement
  /// nil for one scale.
  let axis: Int?
  let hasZeroPoints: Bool

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, let direction = direction(operation),
      node.inputs.count > 1, let data = node.inputs[0], let scale = node.inputs[1], let output = node.output,
      let shape = graph[data].dimensions, !shape.contains(0), graph[scale].element == .float32,
      let scales = graph[scale].dimensions
    else { return nil }
    let (floats, integers) = direction == .quantizing ? (data, output) : (output, data)
    guard graph[floats].element == .float32, let element = graph[integers].element.quantizedElement,
      direction == .dequantizing || element != .int32,
      let place = try place(operation, shape: shape, scales: scales)
    else { return nil }
    let zero = node.inputs.count > 2 ? node.inputs[2] : nil
    if let zero {
      guard graph[zero].element == graph[integers].element, let points = graph[zero].dimensions,
        points.reduce(1, *) == scales.reduce(1, *)
      else { return nil }
    }
    var result = node
    result.operation = LinearQuantizationOperation(
      direction: direction, element: element, axis: place.axis, hasZeroPoints: zero != nil)
    return result
  }

  private static func direction(_ operation: FileOperation) -> LinearQuantization.Direction? {
    guard ["", "com.microsoft"].contains(operation.domain) else { return nil }
    switch operation.name {
    case "QuantizeLinear": return .quantizing
    case "DequantizeLinear": return .dequantizing
    default: return nil
    }
  }

  private enum ScalePlace {
    case everywhere
    case along(Int)

    var axis: Int? {
      switch self {
      case .everywhere: nil
      case .along(let axis): axis
      }
    }
  }

  /// Which numbers share a scale; nil for scales of blocks and for quotients that are not 32-bit floats.
  private static func place(
    _ operation: FileOperation, shape: [Int], scales: [Int]
  ) throws(OperatorError) -> ScalePlace? {
    let attributes = operation.attributes
    guard try attributes.integer("block_size", default: 0) == 0,
      [0, Int(ElementType.float32.rawValue)].contains(try attributes.integer("precision", default: 0))
    else { return nil }
    if scales.reduce(1, *) == 1 { return .everywhere }
    let axis = try attributes.integer("axis", default: 1)
    let place = axis < 0 ? axis + shape.count : axis
    return shape.indices.contains(place) && scales == [shape[place]] ? .along(place) : nil
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let shape = preparation.output?.dimensions else { return nil }
    return LinearQuantization(
      direction, element, shape: shape, axis: axis, hasZeroPoints: hasZeroPoints,
      instructionSet: preparation.options.instructionSet)
  }
}

/// `DynamicQuantizeLinear`. Outputs: the bytes, the scale and the zero point.
struct DynamicQuantizationOperation: RecognizableOperation {
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "DynamicQuantizeLinear", graph.isFloat(node, 0), node.output != nil,
      let shape = graph.dimensions(node, 0), !shape.contains(0)
    else { return nil }
    var result = node
    result.operation = DynamicQuantizationOperation()
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let dimensions = preparation.output?.dimensions, let count = Shape(dimensions).elementCount else {
      return nil
    }
    func gives(_ output: Int) -> Bool {
      output < preparation.node.outputs.count && preparation.node.outputs[output] != nil
    }
    return DynamicQuantization(
      count: count, givesScale: gives(1), givesZeroPoint: gives(2),
      instructionSet: preparation.options.instructionSet)
  }
}
