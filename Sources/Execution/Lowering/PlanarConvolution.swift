internal import Kernels
internal import Network
internal import Operators

/// A convolution, or the transpose of one, that stays on row-major tensors: any number of axes, filters that are
/// constant or computed.
///
/// Inputs: the image, the filters, and the bias if there is one.
struct PlanarConvolutionOperation: RecognizableOperation {
  private enum Direction: Sendable {
    case forward
    case transposed
  }

  private let direction: Direction
  private let geometry: WindowGeometry
  private let groups: Int
  private(set) var activation: UnaryFunction = .identity

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.domain.isEmpty,
      node.inputs.indices.allSatisfy({ node.inputs[$0] == nil || graph.isFloat(node, $0) }),
      let input = graph.dimensions(node, 0), let filters = graph.dimensions(node, 1), input.count >= 3,
      filters.count == input.count, let output = node.output.flatMap({ graph[$0].dimensions }),
      !(output + input + filters).contains(0)
    else { return nil }
    var result = node
    if let convolution = operation.operator as? Conv {
      result.operation = PlanarConvolutionOperation(
        direction: .forward, geometry: try convolution.shape.geometry(input: input, weight: filters),
        groups: convolution.groups)
    } else if let convolution = operation.operator as? ConvTranspose {
      result.operation = PlanarConvolutionOperation(
        direction: .transposed, geometry: try convolution.geometry(input, filters, output),
        groups: convolution.groups)
    } else {
      return nil
    }
    return result
  }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity else { return nil }
    var result = self
    result.activation = function
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.value(0)?.dimensions, let filters = preparation.value(1)?.dimensions else {
      return nil
    }
    let isTransposed = direction == .transposed
    let (channels, filtersPerGroup) =
      isTransposed ? (filters[0] / groups, filters[1]) : (filters[1], filters[0] / groups)
    let convolution = ConvolutionOfPlanes(
      geometry, batch: input[0], groups: groups, channels: channels,
      filters: filtersPerGroup, hasBias: preparation.value(2) != nil, activation: activation)
    let instructionSet = preparation.options.instructionSet
    return isTransposed
      ? FoldedConvolution(convolution, instructionSet: instructionSet)
      : ChannelwiseConvolution(convolution, instructionSet: instructionSet)
        ?? UnfoldedConvolution(convolution, instructionSet: instructionSet)
  }
}
