internal import Kernels
internal import Network
internal import Operators

/// A function of each element by itself.
struct UnaryOperation: PlannedOperation {
  let function: UnaryFunction
  /// What runs it where no kernel is prepared; nil for a function that was spelled out in several nodes.
  let fallback: (any Operator)?

  var overwritableInputs: [Int] { [0] }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    FusedActivation(function) == nil ? .plain : .follows(halos: [0])
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.layout(0), let output = preparation.outputLayout,
      let activation = FusedActivation(function)
    else {
      guard let extents = preparation.output?.dimensions else { return nil }
      return UnaryKernel(
        function, count: extents.reduce(1, *), instructionSet: preparation.options.instructionSet)
    }
    return try? BlockedElementwise(
      .copy, input: input, output: output, activation: activation,
      instructionSet: preparation.options.instructionSet)
  }
}

/// The sum or product of two tensors of the same shape.
struct PairOperation: RecognizableOperation {
  enum Kind { case sum, product }
  let kind: Kind
  private(set) var activation: UnaryFunction = .identity

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, FusedActivation(function) != nil else { return nil }
    var result = self
    result.activation = function
    return result
  }

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      operation.isNamed("Add") || operation.isNamed("Mul"),
      graph.isFloat(node, 0), let shape = graph.dimensions(node, 0), shape == graph.dimensions(node, 1),
      shape.count == 4, !shape.contains(0), graph.constant(node, 0) == nil, graph.constant(node, 1) == nil
    else { return nil }
    var result = node
    result.operation = PairOperation(kind: operation.isNamed("Add") ? .sum : .product)
    return result
  }

  var overwritableInputs: [Int] { [0, 1] }

  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .follows(halos: [0, 0]) }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let first = preparation.layout(0), let second = preparation.layout(1),
      let output = preparation.outputLayout, let activation = FusedActivation(activation)
    else {
      guard let shape = preparation.output?.dimensions else { return nil }
      return BinaryKernel(
        kind == .sum ? .add : .multiply, shape, shape, shape: shape, activation: activation,
        instructionSet: preparation.options.instructionSet)
    }
    return try? BlockedElementwise(
      kind == .sum ? .add(second) : .multiply(second), input: first, output: output, activation: activation,
      instructionSet: preparation.options.instructionSet)
  }
}

/// An image times one number for each of its channels, computed by the network: squeeze and excitation.
struct ChannelScaleOperation: RecognizableOperation {
  private(set) var activation: UnaryFunction = .identity

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard node.fileOperator == "Mul", graph.isFloat(node, 0), let a = graph.dimensions(node, 0),
      let b = graph.dimensions(node, 1), a.count == 4, b.count == 4, !(a + b).contains(0),
      graph.constant(node, 0) == nil, graph.constant(node, 1) == nil
    else { return nil }
    let scales = [a[0], a[1], 1, 1]
    guard b == scales && a != b || a == [b[0], b[1], 1, 1] && a != b else { return nil }
    var result = node
    result.operation = ChannelScaleOperation()
    if b != scales { result.inputs.reverse() }
    return result
  }

  var overwritableInputs: [Int] { [0] }
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule { .blocked(halos: [0, 0]) }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, FusedActivation(function) != nil else { return nil }
    var result = self
    result.activation = function
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.layout(0), let output = preparation.outputLayout,
      let activation = FusedActivation(activation)
    else { return nil }
    return try? BlockedElementwise(
      .scaleChannels, input: input, output: output, activation: activation,
      instructionSet: preparation.options.instructionSet)
  }
}

/// A tensor `N, C, ...` times a constant plus a constant for each channel: a normalisation that no convolution took in.
struct ChannelAffineOperation: RecognizableOperation {
  let scale: [Float]
  let shift: [Float]
  private(set) var activation: UnaryFunction = .identity

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.isNamed("BatchNormalization"),
      let shape = graph.dimensions(node, 0), shape.count >= 2, !shape.contains(0), graph.isFloat(node, 0),
      try !operation.attributes.flag("training_mode"),
      !node.outputs.dropFirst().contains(where: { $0 != nil }),
      let gamma = try graph.floats(node, 1), let beta = try graph.floats(node, 2),
      let mean = try graph.floats(node, 3), let variance = try graph.floats(node, 4), gamma.count == shape[1],
      beta.count == shape[1], mean.count == shape[1], variance.count == shape[1]
    else { return nil }
    let epsilon = Double(try operation.attributes.float("epsilon", default: 1e-5))
    let scale = zip(gamma, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
    let shift = zip(zip(beta, mean), scale).map { Float(Double($0.0) - Double($0.1) * $1) }
    var result = node
    result.operation = ChannelAffineOperation(scale: scale.map { Float($0) }, shift: shift)
    result.inputs = [node.inputs[0]]
    return result
  }

  var overwritableInputs: [Int] { [0] }
  func layoutRule(_ node: PlanNode, _ graph: PlanGraph) -> LayoutRule {
    graph.dimensions(node, 0)?.count == 4 ? .follows(halos: [0]) : .plain
  }

  func absorbing(_ function: UnaryFunction) -> (any PlannedOperation)? {
    guard activation == .identity, FusedActivation(function) != nil else { return nil }
    var result = self
    result.activation = function
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let input = preparation.layout(0), let output = preparation.outputLayout,
      let fused = FusedActivation(activation)
    else {
      guard let shape = preparation.value(0)?.dimensions else { return nil }
      return ChannelAffineKernel(
        scale: scale, shift: shift, batch: shape[0], planeSize: shape.dropFirst(2).reduce(1, *),
        activation: activation, instructionSet: preparation.options.instructionSet)
    }
    return try? BlockedElementwise(
      .affine(scale: scale, shift: shift), input: input, output: output, activation: fused,
      instructionSet: preparation.options.instructionSet)
  }
}
