internal import Network

/// Scaled dot-product attention: `softmax(scale * Q K^T + mask) V` for each head, with cached keys and values.
///
/// Queries are `[batch, heads, length, size]` or `[batch, length, heads * size]`; there may be fewer key heads than query
/// heads. Version 24 adds the number of keys that are not padding, version 25 a sliding window.
package struct Attention: RealOperator {
  package static let name = "Attention"
  package let role = Role.matrixLayer
  package let isCausal: Bool
  package let queryHeads: Int?
  package let keyHeads: Int?
  package let scale: Float?
  package let softcap: Float
  /// What the fourth output holds: products, capped, with the mask, or the weights.
  package let scoresOutput: ScoresOutput
  /// Keys before and behind a query's own place that it may see; nil is all.
  package let leftWindow: Int?
  package let rightWindow: Int?

  package enum ScoresOutput: Int, Sendable {
    case products, capped, masked, weights
  }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isCausal = try attributes.flag("is_causal")
    queryHeads = try attributes.integer("q_num_heads")
    keyHeads = try attributes.integer("kv_num_heads")
    scale = try attributes.float("scale")
    softcap = try attributes.float("softcap", default: 0)
    let mode = try attributes.integer("qk_matmul_output_mode", default: 0)
    guard let output = ScoresOutput(rawValue: mode) else {
      throw .attributeValue("qk_matmul_output_mode", reason: "\(mode) is not between 0 and 3")
    }
    scoresOutput = output
    leftWindow = try attributes.integer("left_window_size").flatMap { $0 < 0 ? nil : $0 }
    rightWindow = try attributes.integer("right_window_size").flatMap { $0 < 0 ? nil : $0 }
    for heads in [queryHeads, keyHeads] {
      if let heads, heads < 1 { throw .attributeValue("q_num_heads", reason: "\(heads) is not positive") }
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let query = try inputs.tensor(0, of: ElementType.reals)
    let value = try inputs.tensor(2, of: ElementType.reals)
    _ = try inputs.tensor(1, of: ElementType.reals)
    guard let rank = query.shape?.rank else {
      return [
        Fact(query.element, nil), Fact(query.element, nil), Fact(value.element, nil),
        Fact(query.element, nil),
      ]
    }
    let e = try extents(inputs.facts)
    try checkMask(inputs.optionalTensor(3), e)
    var hidden: Dimension = nil
    if let heads = e.queryHeads, let size = e.valueSize { hidden = try product(heads, size) }
    let output: Shape =
      rank == 3 ? [e.batch, e.queryLength, hidden] : [e.batch, e.queryHeads, e.queryLength, e.valueSize]
    return [
      Fact(query.element, output),
      Fact(query.element, [e.batch, e.keyHeads, e.totalLength, e.headSize]),
      Fact(value.element, [e.batch, e.keyHeads, e.totalLength, e.valueSize]),
      Fact(query.element, [e.batch, e.queryHeads, e.queryLength, e.totalLength]),
    ]
  }

  /// The extents as far as the inputs tell them.
  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    func shape(_ index: Int) -> Shape? { index < inputs.count ? inputs[index]?.shape : nil }
    let (query, key, value) = (shape(0), shape(1), shape(2))
    var e =
      query?.rank == 3
      ? try AttentionExtents(query, key, value, queryHeads: queryHeads, keyHeads: keyHeads)
      : try AttentionExtents(query, key, value)
    try addPast(&e, inputs)
    return e
  }

  private func addPast(_ e: inout AttentionExtents, _ inputs: [Fact?]) throws(OperatorError) {
    let past = (inputs.count > 4 && inputs[4] != nil, inputs.count > 5 && inputs[5] != nil)
    guard past.0 == past.1 else { throw .missingInput(past.0 ? 5 : 4) }
    guard past.0 else { return }
    e.pastLength = nil
    for index in 4...5 {
      guard let shape = inputs[index]?.shape else { continue }
      guard shape.rank == 4 else { throw .rank(input: index, expected: "4", found: shape.rank) }
      _ = try AttentionExtents.agreed(e.batch, shape[0], input: index, "the batch")
      _ = try AttentionExtents.agreed(e.keyHeads, shape[1], input: index, "the number of heads")
      e.pastLength = try AttentionExtents.agreed(e.pastLength, shape[2], input: index, "the past length")
      let size = index == 4 ? e.headSize : e.valueSize
      _ = try AttentionExtents.agreed(size, shape[3], input: index, "the size")
    }
  }

  private func checkMask(_ mask: TensorType?, _ e: AttentionExtents) throws(OperatorError) {
    guard let mask, let found = mask.shape?.known, let last = found.last else { return }
    guard mask.element == .bool || ElementType.reals.contains(mask.element) else {
      throw .elementType(input: 3, found: mask.element)
    }
    let rows: Shape = [e.batch, e.queryHeads, e.queryLength, e.totalLength]
    guard let target = rows.known else { return }
    guard last <= target[3] else {
      throw .shape(input: 3, reason: "\(last) columns where there are \(target[3]) keys")
    }
    _ = try broadcastStrides(Array(found.dropLast()), to: Array(target.dropLast()), input: 3)
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    let hasMask = inputs.count > 3 && inputs[3] != nil
    // Scale and softmax for each score; quotient, tangent and product for the soft cap.
    let operations = 6 + (hasMask || isCausal ? 1 : 0) + (softcap > 0 ? 3 : 0)
    return try e.cost(operationsPerScore: operations, causalOffset: isCausal ? e.pastLength : nil)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 3 ? .whole : .none
  }
}
