internal import Network

/// What a mixture of experts is: for each token the best k of E small networks, added up by the router's weights.
///
/// Weights are `[experts, outputs, inputs]`; the first layer's may hold the gate of a gated activation beside it, or a third
/// layer does.
package struct ExpertLayers: Sendable {
  package let chosen: Int
  /// Places of the three layers' weights among the inputs; bits of one weight and of the stored element.
  package let layers: [Int]
  package let packing: Int

  init(
    _ attributes: borrowing AttributeReader, layers: [Int], packing: Int = 1
  ) throws(OperatorError) {
    chosen = try attributes.integer("k", default: 1)
    guard chosen > 0 else { throw .attributeValue("k", reason: "\(chosen) is not positive") }
    (self.layers, self.packing) = (layers, packing)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let router = try inputs.tensor(1, of: ElementType.reals)
    if let rank = input.shape?.rank, rank != 2 && rank != 3 {
      throw .rank(input: 0, expected: "2 or 3", found: rank)
    }
    if let experts = router.shape?.dimensions.last ?? nil, experts < chosen {
      throw .shape(input: 1, reason: "\(chosen) of \(experts) experts")
    }
    return [Fact(.tensor(input))]
  }

  /// For each token k times the weights of one expert; the router's choice, one comparison for each expert and round.
  func cost(_ inputs: [Fact?]) throws(OperatorError) -> Cost? {
    guard let input = inputs.first??.shape?.known, let hidden = input.last, hidden > 0,
      inputs.count > 1, let experts = inputs[1]?.shape?.dimensions.last ?? nil, experts > 0
    else { return nil }
    let tokens = try product(input.dropLast())
    var weights = 0
    for layer in layers where layer < inputs.count {
      guard let fact = inputs[layer] else { continue }
      guard let count = fact.shape?.elementCount else { return nil }
      weights = try sum(weights, product(count / experts, packing))
    }
    let operations = try sum(product(experts, chosen), product(hidden, 2 * chosen))
    return Cost(
      macs: try product([tokens, chosen, weights]), elementwiseOperations: try product(tokens, operations))
  }
}

/// A mixture of experts with real weights.
package struct MoE: RealOperator {
  package static let name = "MoE"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let experts: ExpertLayers
  private let activation: Activation
  private let normalizes: Bool
  private let isPlain: Bool

  private enum Activation: String, Sendable {
    case relu, gelu, silu, identity
    case swiGLU = "swiglu"
  }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    experts = try ExpertLayers(attributes, layers: [2, 4, 6])
    let name = try attributes.string("activation_type", default: "relu")
    guard let activation = Activation(rawValue: name) else {
      throw .attributeValue("activation_type", reason: "\(name) is not known")
    }
    self.activation = activation
    normalizes = try attributes.flag("normalize_routing_weights")
    isPlain = try !attributes.flag("use_sparse_mixer")
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try experts.infer(inputs) }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try experts.cost(inputs)
  }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    guard isPlain, activation != .swiGLU, !call.has(6) else {
      throw .unsupported("gated experts or a sparse mixer")
    }
    let extents = try call.dimensions(0)
    let (router, first, second) = (try call.values(1), try call.dimensions(2), try call.dimensions(4))
    guard let hidden = extents.last, hidden > 0, first.count == 3, second.count == 3, first[2] == hidden,
      second == [first[0], hidden, first[1]], first[0] >= experts.chosen
    else { throw .shape(input: 2, reason: "\(first) is not a layer of \(extents.last ?? 0) inputs") }
    let (count, inner) = (first[0], first[1])
    let source = try call.values(0)
    guard router.count == source.count / hidden * count else {
      throw .shape(input: 1, reason: "\(router.count) probabilities for \(count) experts")
    }
    let (w1, w2) = (try call.values(2), try call.values(4))
    let (b1, b2) = (try call.optionalValues(3), try call.optionalValues(5))
    for (index, bias, expected) in [(3, b1, count * inner), (5, b2, count * hidden)] {
      if let bias, bias.count != expected {
        throw .shape(input: index, reason: "\(bias.count) biases for \(expected) outputs")
      }
    }
    let target = try call.results(0)
    target.update(repeating: 0)
    var hiddenLayer = [Value](repeating: 0, count: inner)
    for token in 0..<(source.count / hidden) {
      for (expert, share) in choose(router[(token * count)..<((token + 1) * count)]) {
        for row in 0..<inner {
          var total = b1?[expert * inner + row] ?? 0
          let line = (expert * inner + row) * hidden
          for column in 0..<hidden { total += w1[line + column] * source[token * hidden + column] }
          hiddenLayer[row] = activated(total)
        }
        for row in 0..<hidden {
          var total = b2?[expert * hidden + row] ?? 0
          let line = (expert * hidden + row) * inner
          for column in 0..<inner { total += w2[line + column] * hiddenLayer[column] }
          target[token * hidden + row] += share * total
        }
      }
    }
  }

  /// The best experts of a token and their weights, which add up to 1 if they are normalised.
  private func choose<Value: Real>(_ scores: Slice<UnsafeBufferPointer<Value>>) -> [(Int, Value)] {
    let greatest = scores.max() ?? 0
    let powers = scores.map { Value.exp($0 - greatest) }
    let total = powers.reduce(0, +)
    let best = powers.indices.sorted { (powers[$1], $0) < (powers[$0], $1) }.prefix(experts.chosen)
    let shares = best.map { ($0, powers[$0] / total) }
    guard normalizes else { return shares }
    let kept = shares.reduce(0) { $0 + $1.1 }
    return shares.map { ($0.0, $0.1 / kept) }
  }

  private func activated<Value: Real>(_ x: Value) -> Value {
    switch activation {
    case .relu: max(x, 0)
    case .gelu: Gelu.approximation(x)
    case .silu: x / (1 + Value.exp(-x))
    case .identity, .swiGLU: x
    }
  }
}

/// A mixture of experts with quantised weights. Described, not run.
package struct QMoE: Operator {
  package static let name = "QMoE"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let experts: ExpertLayers

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let bits = try attributes.integer("expert_weight_bits", default: 4)
    guard bits == 2 || bits == 4 || bits == 8 else {
      throw .attributeValue("expert_weight_bits", reason: "\(bits) is not 2, 4 or 8")
    }
    experts = try ExpertLayers(attributes, layers: [2, 5, 8], packing: 8 / bits)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try experts.infer(inputs) }
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try experts.cost(inputs)
  }
  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }
}
