internal import Kernels
internal import Network
internal import Operators

/// Layer normalisation over the last axes with constant scale and shift.
struct LayerNormalizationOperation: RecognizableOperation {
  let rows: Int
  let width: Int
  let epsilon: Float
  let scale: [Float]
  let shift: [Float]?
  let fallback: (any Operator)?

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("LayerNormalization"),
      graph.isFloat(node, 0), let shape = graph.dimensions(node, 0), !shape.contains(0),
      !node.outputs.dropFirst().contains(where: { $0 != nil }), let scale = try graph.floats(node, 1)
    else { return nil }
    var axis = try operation.attributes.integer("axis", default: -1)
    if axis < 0 { axis += shape.count }
    guard shape.indices.contains(axis) else { return nil }
    let width = shape[axis...].reduce(1, *)
    let shift = try graph.floats(node, 2)
    guard scale.count == width,
      shift.map({ $0.count == width }) ?? (node.inputs.count < 3 || node.inputs[2] == nil)
    else { return nil }
    var result = node
    result.operation = LayerNormalizationOperation(
      rows: shape[..<axis].reduce(1, *), width: width,
      epsilon: try operation.attributes.float("epsilon", default: 1e-5), scale: scale, shift: shift,
      fallback: nil)
    result.inputs = [node.inputs[0]]
    return result
  }

  var overwritableInputs: [Int] { [0] }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    do {
      return try NormalizationKernel(
        .layer, rows: rows, width: width, epsilon: epsilon, scale: scale, shift: shift,
        instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this normalisation")
    }
  }
}

/// Softmax, or its logarithm, along one axis.
struct SoftmaxOperation: RecognizableOperation {
  let shape: [Int]
  let axis: Int
  let isLogarithmic: Bool

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      operation.isNamed("Softmax") || operation.isNamed("LogSoftmax"), graph.isFloat(node, 0),
      var shape = graph.dimensions(node, 0), !shape.contains(0), !shape.isEmpty
    else { return nil }
    let isOld = operation.attributes.version < 13
    var axis = try operation.attributes.integer("axis", default: isOld ? 1 : -1)
    if axis < 0 { axis += shape.count }
    guard shape.indices.contains(axis) else { return nil }
    if isOld { shape = shape[..<axis] + [shape[axis...].reduce(1, *)] }
    var result = node
    result.operation = SoftmaxOperation(
      shape: shape, axis: axis, isLogarithmic: operation.isNamed("LogSoftmax"))
    return result
  }

  var overwritableInputs: [Int] { [0] }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    SoftmaxKernel(
      shape: shape, axis: axis, isLogarithmic: isLogarithmic,
      instructionSet: preparation.options.instructionSet)
  }
}
