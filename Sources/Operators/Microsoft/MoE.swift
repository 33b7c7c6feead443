internal import Network

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
