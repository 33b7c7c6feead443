internal import Kernels
internal import Network
internal import Operators

/// `ConvInteger` with constant weights.
///
/// Inputs: the image, and its zero point if it has one.
struct IntegerConvolutionOperation: RecognizableOperation {
  let parameters: ConvolutionParameters
  let weights: Constant
  let weightZeros: [Int]
  let hasInputZero: Bool

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("ConvInteger"),
      let image = node.inputs[0], let input = graph[image].dimensions, input.count == 4,
      let weights = graph.constant(node, 1), let filter = graph.dimensions(node, 1), filter.count == 4,
      let output = node.output.flatMap({ graph[$0].dimensions }), !(input + filter + output).contains(0)
    else { return nil }
    let groups = try operation.attributes.integer("group", default: 1)
    guard groups > 0, filter[0] % groups == 0, input[1] % groups == 0, filter[1] == input[1] / groups,
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: input[1], outputChannels: filter[0], groups: groups),
      groups == 1 ? IntegerConvolution.serves(parameters) : GroupedIntegerConvolution.serves(parameters),
      let count = Shape(filter).elementCount, count <= mostWeights
    else { return nil }
    var result = node
    result.inputs = [image]
    if node.inputs.count > 2, let zero = node.inputs[2] {
      guard graph[zero].dimensions?.reduce(1, *) == 1, graph[zero].element == graph[image].element else {
        return nil
      }
      result.inputs.append(zero)
    }
    var weightZeros = [0]
    if node.inputs.count > 3, node.inputs[3] != nil {
      guard let zeros = try graph.constant(node, 3)?.load().integers,
        zeros.count == 1 || zeros.count == filter[0]
      else { return nil }
      weightZeros = zeros
    }
    result.operation = IntegerConvolutionOperation(
      parameters: parameters, weights: weights, weightZeros: weightZeros,
      hasInputZero: result.inputs.count > 1)
    return result
  }

  private static let mostWeights = 1 << 30

  var holdsSyntheticWeights: Bool { weights.isSynthetic }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    let tensor = try weights.load()
    defer { weights.release() }
    let operands = IntegerConvolutionOperands(
      weights: withExtendedLifetime(tensor) { Array(tensor.elements(as: UInt8.self)) },
      areWeightsSigned: tensor.element == .int8, weightZeros: weightZeros,
      isInputSigned: preparation.value(0)?.element == .int8, hasInputZero: hasInputZero)
    do {
      return parameters.groups == 1
        ? try IntegerConvolution(
          parameters, operands, instructionSet: preparation.options.instructionSet)
        : try GroupedIntegerConvolution(
          parameters, operands, instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this convolution")
    }
  }
}
