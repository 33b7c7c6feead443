internal import Kernels
internal import Network
internal import Operators

/// A recurrent layer whose weights are constant.
///
/// Inputs: the sequence, the lengths, the first state and the first cell state, of which all but the first may be left out; where the
/// weights are 8-bit integers the sequence is one of bytes, and its scale and zero point follow.
struct RecurrentOperation: RecognizableOperation {
  /// W or R.
  struct Matrix {
    let weights: Constant
    /// nil for weights that are floats.
    var quantization: Quantization?

    /// What 8-bit weights stand for: one number of each for each direction, or for each column of each.
    struct Quantization {
      let scales: [Float]
      let zeros: [Int32]
    }

    /// `tensor` holds the weights.
    fileprivate func packable(_ tensor: DenseTensor) -> RecurrentLayer.Matrix {
      guard let quantization else { return .floats(tensor.elements(as: Float.self)) }
      return .bytes(
        RecurrentLayer.ByteMatrix(
          bytes: tensor.elements(as: UInt8.self), isSigned: tensor.element == .int8,
          scales: quantization.scales, zeros: quantization.zeros))
    }
  }

  let layer: RecurrentLayer
  let input: Matrix
  let recurrence: Matrix
  let bias: Constant?
  let peepholes: Constant?

  private var constants: [Constant?] { [input.weights, recurrence.weights, bias, peepholes] }

  var holdsSyntheticWeights: Bool { constants.contains { $0?.isSynthetic ?? false } }

  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation, operation.domain.isEmpty,
      let kind = operation.operator as? any RecurrentOperator, let cell = cell(kind),
      [0, 1, 2].allSatisfy({ graph.isFloat(node, $0) }), let input = graph.constant(node, 1),
      let recurrence = graph.constant(node, 2), let operands = operands(node, graph, kind),
      let layer = try layer(cell, kind, kind.extents(graph.facts(node.inputs)), operands: operands)
    else { return nil }
    var result = node
    result.operation = RecurrentOperation(
      layer: layer, input: Matrix(weights: input), recurrence: Matrix(weights: recurrence),
      bias: graph.constant(node, 3),
      peepholes: cell.hasCellState ? graph.constant(node, 7) : nil)
    func optional(_ index: Int) -> ValueID? { index < node.inputs.count ? node.inputs[index] : nil }
    result.inputs = [node.inputs[0], optional(4), optional(5), cell.hasCellState ? optional(6) : nil]
    return result
  }

  /// nil for what the kernel does not serve.
  static func layer(
    _ cell: RecurrentLayer.Cell, _ kind: any RecurrentOperator, _ extents: RecurrentExtents,
    operands: RecurrentLayer.Operands
  ) throws(OperatorError) -> RecurrentLayer? {
    guard let sequence = extents.sequence, let batch = extents.batch, let input = extents.input,
      let hidden = extents.hidden, min(sequence, batch, input, hidden) > 0
    else { return nil }
    let attributes = kind.recurrence
    var directions: [RecurrentLayer.Direction] = []
    for index in 0..<attributes.directions {
      let functions = kind.activations(index).compactMap { UnaryFunction($0) }
      guard functions.count == kind.activations(index).count else { return nil }
      directions.append(
        RecurrentLayer.Direction(
          isReverse: attributes.direction == .reverse || index == 1, activations: functions))
    }
    let layer = RecurrentLayer(
      cell, sequence: sequence, batch: batch, input: input, hidden: hidden, directions: directions,
      isBatchFirst: attributes.isBatchFirst, clip: attributes.clip, operands: operands)
    return RecurrentKernel.serves(layer) ? layer : nil
  }

  static func cell(_ kind: any RecurrentOperator) -> RecurrentLayer.Cell? {
    switch kind {
    case let kind as LSTM: .longShortTerm(couplesForget: kind.couplesForget)
    case let kind as GRU: .gated(multipliesBeforeReset: kind.multipliesBeforeReset)
    case is RNN: .simple
    default: nil
    }
  }

  /// Which optional operands there are; nil if one is not what the kernel takes.
  static func operands(
    _ node: PlanNode, _ graph: PlanGraph, _ kind: any RecurrentOperator
  ) -> RecurrentLayer.Operands? {
    func has(_ index: Int) -> Bool { index < node.inputs.count && node.inputs[index] != nil }
    func gives(_ index: Int) -> Bool { index < node.outputs.count && node.outputs[index] != nil }
    for weight in [3, 7] where has(weight) {
      guard graph.constant(node, weight) != nil, graph.isFloat(node, weight) else { return nil }
    }
    for state in [5, 6] where has(state) && !graph.isFloat(node, state) { return nil }
    if has(4) {
      guard let lengths = node.inputs[4], graph[lengths].element == .int32 else { return nil }
    }
    var operands = RecurrentLayer.Operands()
    operands.hasLengths = has(4)
    operands.hasState = has(5)
    operands.hasCellState = kind is LSTM && has(6)
    operands.givesAll = gives(0)
    operands.givesLast = gives(1)
    operands.givesCellState = kind is LSTM && gives(2)
    return operands
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    let constants = constants
    var tensors: [DenseTensor?] = []
    for constant in constants { tensors.append(try constant?.load()) }
    defer { for constant in constants { constant?.release() } }
    return try withExtendedLifetime(tensors) { () throws(OperatorError) in
      guard let first = tensors[0], let second = tensors[1] else { return nil }
      let weights = RecurrentLayer.Weights(
        input: input.packable(first), recurrence: recurrence.packable(second),
        bias: tensors[2]?.elements(as: Float.self), peepholes: tensors[3]?.elements(as: Float.self))
      do {
        return try RecurrentKernel(
          layer, weights: weights, instructionSet: preparation.options.instructionSet)
      } catch {
        throw .unsupported("this recurrent layer")
      }
    }
  }
}

extension RecurrentLayer.Cell {
  var hasCellState: Bool {
    if case .longShortTerm = self { true } else { false }
  }
}

extension UnaryFunction {
  /// nil where no vector function computes it.
  fileprivate init?(_ activation: RecurrentActivation) {
    switch activation.kind {
    case .relu: self = .relu
    case .tanh: self = .hyperbolicTangent
    case .sigmoid: self = .sigmoid
    case .affine: self = .scaleShift(scale: activation.alpha, shift: activation.beta)
    case .leakyrelu: self = .leakyRelu(slope: activation.alpha)
    case .hardsigmoid: self = .hardSigmoid(alpha: activation.alpha, beta: activation.beta)
    case .elu: self = .elu(alpha: activation.alpha)
    case .softsign: self = .softsign
    case .softplus: self = .softplus
    case .thresholdedrelu, .scaledtanh: return nil
    }
  }
}
