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
