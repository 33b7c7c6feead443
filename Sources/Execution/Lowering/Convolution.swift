internal import Kernels
internal import Network
internal import Operators

/// A 2-D convolution with constant weights, and what has been fused into it.
///
/// Inputs: the image, and the residual if there is one.
struct ConvolutionOperation: RecognizableOperation {
  let parameters: ConvolutionParameters
  let weights: Constant
  private(set) var bias: [Float]?
  /// Factors of the output channels, from a normalisation, not yet in `weights`.
  private(set) var scale: [Float]?
  private(set) var addsResidual = false
  private(set) var activation: UnaryFunction = .identity

  /// From this many channels on the input is brought into blocks first.
  private static let widestPlanarInput = 8

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("Conv"), graph.isFloat(node, 0),
      let input = graph.dimensions(node, 0), input.count == 4, let weights = graph.constant(node, 1),
      graph.isFloat(node, 1), let filter = graph.dimensions(node, 1), filter.count == 4,
      let output = node.output.flatMap({ graph[$0].dimensions }), output.count == 4,
      !(output + input + filter).contains(0), !isColumn(input, filter)
    else { return nil }
    let hasBias = node.inputs.count > 2 && node.inputs[2] != nil
    let bias = try graph.floats(node, 2)
    guard !hasBias || bias != nil else { return nil }
    let groups = try operation.attributes.integer("group", default: 1)
    guard
      let parameters = try windowParameters(
        operation, node, graph, inputChannels: input[1], outputChannels: filter[0], groups: groups)
    else { return nil }
    var result = node
    result.operation = ConvolutionOperation(parameters: parameters, weights: weights, bias: bias)
    result.inputs = [node.inputs[0]]
    return result
  }

  /// An image one pixel wide: register tiles run along rows and would hold a single pixel.
  private static func isColumn(_ input: [Int], _ filter: [Int]) -> Bool {
    input[3] == 1 && filter[3] == 1 && input[2] >= 8 && filter[1] > 1
  }

  private init(parameters: ConvolutionParameters, weights: Constant, bias: [Float]?) {
    self.parameters = parameters
    self.weights = weights
    self.bias = bias
  }

  /// Whether an input in planes is read as it is.
  var takesPlanes: Bool { parameters.groups == 1 && parameters.inputChannels <= Self.widestPlanarInput }

  var holdsSyntheticWeights: Bool { weights.isSynthetic }
  var overwritableInputs: [Int] { addsResidual ? [1] : [] }
  func inputsInOutputLayout(_ node: PlanNode, _ graph: PlanGraph) -> [Int] { addsResidual ? [1] : [] }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    .blocked(halos: addsResidual ? [parameters.halo, 0] : [parameters.halo], takesPlanar: takesPlanes)
  }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, FusedActivation(function) != nil else { return nil }
    var result = self
    result.activation = function
    return result
  }

  func absorbingResidual() -> (any PlannedOperation)? {
    guard activation == .identity, !addsResidual else { return nil }
    var result = self
    result.addsResidual = true
    return result
  }

  func absorbing(scale factors: [Float], shift: [Float]) -> (any PlannedOperation)? {
    guard activation == .identity, !addsResidual, factors.count == parameters.outputChannels else {
      return nil
    }
    var result = self
    result.scale = scale.map { zip($0, factors).map(*) } ?? factors
    let bias = bias ?? Array(repeating: 0, count: shift.count)
    result.bias = zip(zip(bias, factors), shift).map { $0.0 * $0.1 + $1 }
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let output = preparation.outputLayout, let activation = FusedActivation(activation) else {
      return nil
    }
    let input = preparation.layout(0).map { ConvolutionInput.blocked($0) } ?? .planar
    let filter = try scaledWeights()
    defer { weights.release() }
    let bias = DenseTensor.float32(bias ?? Array(repeating: 0, count: parameters.outputChannels))
    guard let weights = filter.elements(as: Float.self).baseAddress else { return nil }
    do {
      return try withExtendedLifetime((filter, bias)) { () throws(ConvolutionError) in
        try ConvolutionKernel.prepare(
          parameters, input: input, output: output, weights: weights,
          bias: bias.elements(as: Float.self).baseAddress, activation: activation, residual: addsResidual,
          arithmetic: preparation.options.isExact ? .direct : .fastest,
          instructionSet: preparation.options.instructionSet)
      }
    } catch {
      throw .unsupported("this convolution")
    }
  }

  /// The weights with the factors of normalisation in them.
  func scaledWeights() throws(OperatorError) -> DenseTensor {
    let stored = try weights.load()
    guard let scale else { return stored }
    let scaled = try DenseTensor(.float32, stored.dimensions)
    let (source, target) = (stored.elements(as: Float.self), scaled.mutableElements(as: Float.self))
    let filter = source.count / scale.count
    for (channel, factor) in scale.enumerated() {
      for index in channel * filter..<(channel + 1) * filter { target[index] = source[index] * factor }
    }
    return scaled
  }
}

extension FusedActivation {
  /// The same function as convolutions name it; nil if they do not have it.
  init?(_ function: UnaryFunction) {
    switch function {
    case .identity: self = .none
    case .relu: self = .relu
    case .clamp(let low, let high): self = .clamp(low, high)
    case .sigmoid: self = .sigmoid
    case .silu(let scale) where scale == 1: self = .silu
    case .hardSigmoid(let alpha, let beta): self = .hardSigmoid(alpha: alpha, beta: beta)
    case .hardSwish: self = .hardSwish
    case .leakyRelu(let slope): self = .leakyRelu(alpha: slope)
    case .gelu: self = .gelu
    case .hyperbolicTangent: self = .tanh
    default: return nil
    }
  }
}

/// The sizes of a window operator over `N, C, H, W`, from its own rule for how far it reaches.
func windowParameters(
  _ operation: FileOperation, _ node: PlanNode, _ graph: PlanGraph, inputChannels: Int, outputChannels: Int,
  groups: Int
) throws(OperatorError) -> ConvolutionParameters? {
  guard let input = graph.dimensions(node, 0), let id = node.output, let output = graph[id].dimensions,
    case .window(let kernel, let strides, let dilations, let padding) = operation.operator.reach(
      into: 0, inputs: graph.facts(node.inputs), outputs: graph.facts([id]).compactMap { $0 }),
    kernel.count == 2, let top = padding[0], let left = padding[1]
  else { return nil }
  let pads = try operation.attributes.integers("pads")
  let ends: (Int, Int)
  if let pads, pads.count == 4, try operation.attributes.string("auto_pad", default: "NOTSET") == "NOTSET" {
    ends = (pads[2], pads[3])
  } else {
    func end(_ axis: Int, _ start: Int) -> Int {
      let reach = (output[axis + 2] - 1) * strides[axis] + dilations[axis] * (kernel[axis] - 1) + 1
      return max(0, reach - input[axis + 2] - start)
    }
    ends = (end(0, top), end(1, left))
  }
  guard top >= 0, left >= 0, ends.0 >= 0, ends.1 >= 0 else { return nil }
  return try? ConvolutionParameters(
    batch: input[0], inputChannels: inputChannels, outputChannels: outputChannels, groups: groups,
    input: .init(input[2], input[3]), kernel: .init(kernel[0], kernel[1]),
    stride: .init(strides[0], strides[1]),
    dilation: .init(dilations[0], dilations[1]),
    padding: .init(top: top, left: left, bottom: ends.0, right: ends.1), output: .init(output[2], output[3]))
}
