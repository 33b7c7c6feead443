internal import Kernels
internal import Network
internal import Operators

/// A pointwise, a depthwise and a pointwise convolution done a few rows at a time; the first may be missing, or be one of any
/// kernel that reads the network's input in planes.
///
/// Inputs: the image, and the residual if there is one.
struct InvertedResidualOperation: PlannedOperation {
  let expand: ConvolutionOperation?
  let depthwise: ConvolutionOperation
  let project: ConvolutionOperation

  private var readsPlanes: Bool { expand.map { !$0.parameters.isPointwise } ?? false }

  var holdsSyntheticWeights: Bool {
    expand?.holdsSyntheticWeights ?? false || depthwise.holdsSyntheticWeights || project.holdsSyntheticWeights
  }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    let halo = expand == nil ? depthwise.parameters.halo : 0
    return .blocked(halos: project.addsResidual ? [halo, 0] : [halo], takesPlanar: readsPlanes)
  }

  func inputsInOutputLayout(_ node: PlanNode, _ graph: PlanGraph) -> [Int] { project.addsResidual ? [1] : [] }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let output = preparation.outputLayout else { return nil }
    let input = preparation.layout(0).map { ConvolutionInput.blocked($0) } ?? .planar
    let first = try expand.map { stage throws(OperatorError) in try Stage(stage) }
    let (second, third) = (try Stage(depthwise), try Stage(project))
    guard let filter = second.kernelStage, let last = third.kernelStage else { return nil }
    do {
      return try withExtendedLifetime((first, second, third)) { () throws(ConvolutionError) in
        try InvertedResidual(
          expand: first?.kernelStage, depthwise: filter, project: last, input: input, output: output,
          residual: project.addsResidual, instructionSet: preparation.options.instructionSet)
      }
    } catch {
      throw .unsupported("this inverted residual")
    }
  }

  /// One of the convolutions with its weights in memory.
  private struct Stage {
    let operation: ConvolutionOperation
    let weights: DenseTensor
    let bias: DenseTensor

    init(_ operation: ConvolutionOperation) throws(OperatorError) {
      self.operation = operation
      weights = try operation.scaledWeights()
      bias = .float32(operation.bias ?? Array(repeating: 0, count: operation.parameters.outputChannels))
    }

    var kernelStage: InvertedResidual.Stage? {
      guard let weights = weights.elements(as: Float.self).baseAddress,
        let activation = FusedActivation(operation.activation)
      else { return nil }
      return InvertedResidual.Stage(
        operation.parameters, weights: weights, bias: bias.elements(as: Float.self).baseAddress,
        activation: activation)
    }
  }
}
