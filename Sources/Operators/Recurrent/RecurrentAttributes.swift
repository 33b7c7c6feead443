/// What RNN, GRU and LSTM have in common.
package struct RecurrentAttributes: Sendable, Equatable {
  package enum Direction: String, Sendable {
    case forward, reverse, bidirectional
  }

  package let direction: Direction
  package let hiddenSize: Int?
  /// Whether tensors begin with the batch and not with the sequence.
  package let isBatchFirst: Bool
  /// Bound of what goes into activations; nil is none.
  package let clip: Float?
  /// For each direction in turn.
  package let activations: [RecurrentActivation]

  package var directions: Int { direction == .bidirectional ? 2 : 1 }

  /// `defaults` are the activations of one direction where the node names none.
  package init(
    _ attributes: borrowing AttributeReader, defaults: [RecurrentActivation.Kind]
  ) throws(OperatorError) {
    let name = try attributes.string("direction", default: "forward")
    guard let direction = Direction(rawValue: name.lowercased()) else {
      throw .attributeValue("direction", reason: "\(name) is not a direction")
    }
    self.direction = direction
    hiddenSize = try attributes.integer("hidden_size")
    if let hiddenSize, hiddenSize < 1 {
      throw .attributeValue("hidden_size", reason: "\(hiddenSize) is not positive")
    }
    isBatchFirst = try attributes.flag("layout")
    clip = try attributes.float("clip").flatMap { $0 > 0 ? $0 : nil }
    let count = defaults.count * (direction == .bidirectional ? 2 : 1)
    var kinds = (0..<count).map { defaults[$0 % defaults.count] }
    if let names = try attributes.strings("activations"), !names.isEmpty {
      guard names.count == count else {
        throw .attributeValue("activations", reason: "\(names.count) functions where \(count) are needed")
      }
      for (index, name) in names.enumerated() {
        guard let kind = RecurrentActivation.Kind(name: name) else {
          throw .attributeValue("activations", reason: "\(name) is not known")
        }
        kinds[index] = kind
      }
    }
    activations = RecurrentActivation.list(
      kinds, alphas: try attributes.floats("activation_alpha") ?? [],
      betas: try attributes.floats("activation_beta") ?? [])
  }
}

/// An activation inside a recurrent cell, with its parameters.
package struct RecurrentActivation: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case relu, tanh, sigmoid, affine, leakyrelu, thresholdedrelu, scaledtanh, hardsigmoid, elu, softsign,
      softplus

    init?(name: String) { self.init(rawValue: name.lowercased()) }

    /// Parameters that the function takes, with their defaults.
    var alpha: Float? {
      switch self {
      case .affine, .thresholdedrelu, .scaledtanh, .elu: 1
      case .leakyrelu: 0.01
      case .hardsigmoid: 0.2
      default: nil
      }
    }

    var beta: Float? {
      switch self {
      case .affine: 0
      case .scaledtanh: 1
      case .hardsigmoid: 0.5
      default: nil
      }
    }
  }

  package let kind: Kind
  package let alpha: Float
  package let beta: Float

  /// Parameters are given out in order to those functions that take them.
  static func list(_ kinds: [Kind], alphas: [Float], betas: [Float]) -> [RecurrentActivation] {
    var (alphas, betas) = (alphas[...], betas[...])
    return kinds.map { kind in
      let alpha = kind.alpha.map { fallback in alphas.popFirst() ?? fallback }
      let beta = kind.beta.map { fallback in betas.popFirst() ?? fallback }
      return RecurrentActivation(kind: kind, alpha: alpha ?? 0, beta: beta ?? 0)
    }
  }

  /// Scalar operations for one element, as the operators of the same names count them.
  var operations: Int {
    switch kind {
    case .relu, .tanh, .thresholdedrelu: 1
    case .affine, .leakyrelu: 2
    case .scaledtanh, .softsign, .softplus: 3
    case .sigmoid, .hardsigmoid, .elu: 4
    }
  }

  @inline(__always)
  func callAsFunction<Value: Real>(_ x: Value) -> Value {
    let (alpha, beta) = (Value(alpha), Value(beta))
    return switch kind {
    case .relu: max(x, 0)
    case .tanh: Value.tanh(x)
    case .sigmoid: 1 / (1 + Value.exp(-x))
    case .affine: alpha * x + beta
    case .leakyrelu: x >= 0 ? x : alpha * x
    case .thresholdedrelu: x >= alpha ? x : 0
    case .scaledtanh: alpha * Value.tanh(beta * x)
    case .hardsigmoid: min(max(alpha * x + beta, 0), 1)
    case .elu: x >= 0 ? x : alpha * Value.expMinusOne(x)
    case .softsign: x / (1 + abs(x))
    case .softplus: max(x, 0) + Value.log(onePlus: Value.exp(-abs(x)))
    }
  }
}
