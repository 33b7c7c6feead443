internal import Network

/// Scaled dot-product attention of ONNX Runtime: queries, keys and values projected before, a bias for all three, padding
/// and additive masks, cached keys and values.
///
/// Query `[batch, length, hidden]` or, with keys and values, `[batch, length, heads, 3, size]`; key `[batch, length, hidden]`,
/// with values `[batch, length, heads, 2, size]`, or, from a cache, `[batch, heads, length, size]`.
package struct MultiHeadAttention: RealOperator {
  package static let name = "MultiHeadAttention"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let heads: Int
  package let scale: Float?
  package let maskedScore: Float
  package let isCausal: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    heads = try attributes.requiredInteger("num_heads")
    guard heads > 0 else { throw .attributeValue("num_heads", reason: "\(heads) is not positive") }
    // 0 stands for the default.
    scale = try attributes.float("scale").flatMap { $0 == 0 ? nil : $0 }
    maskedScore = try attributes.float("mask_filter_value", default: -10000)
    isCausal = try attributes.flag("unidirectional")
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let query = try inputs.tensor(0, of: ElementType.reals)
    guard query.shape != nil else { return Array(repeating: Fact(query.element, nil), count: 4) }
    let e = try extents(inputs.facts)
    var hidden: Dimension = nil
    if let size = e.valueSize { hidden = try product(heads, size) }
    return [
      Fact(query.element, [e.batch, e.queryLength, hidden]),
      Fact(query.element, [e.batch, heads, e.totalLength, e.headSize]),
      Fact(query.element, [e.batch, heads, e.totalLength, e.valueSize]),
      Fact(query.element, [e.batch, heads, e.queryLength, e.totalLength]),
    ]
  }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    func shape(_ index: Int) -> Shape? { index < inputs.count ? inputs[index]?.shape : nil }
    typealias E = AttentionExtents
    var e = E()
    (e.queryHeads, e.keyHeads) = (heads, heads)
    guard let query = shape(0) else { return e }
    guard query.rank == 3 || query.rank == 5 else {
      throw .rank(input: 0, expected: "3 or 5", found: query.rank)
    }
    (e.batch, e.queryLength) = (query[0], query[1])
    if query.rank == 5 {
      try require(query, heads: 2, parts: 3, input: 0)
      (e.newLength, e.headSize, e.valueSize) = (query[1], query[4], query[4])
    } else {
      e.headSize = try E.size(query[2], heads: heads, input: 0)
      try addKeys(&e, shape(1), shape(2))
    }
    try addPast(&e, shape(6), shape(7), isThere: inputs.count > 6 && inputs[6] != nil)
    if let bias = shape(3)?.known, let head = e.headSize, let value = e.valueSize {
      let expected = try product(heads, sum(product(2, head), value))
      if bias != [expected] { throw .shape(input: 3, reason: "\(bias) where \([expected]) is needed") }
    }
    return e
  }

  private func require(_ shape: Shape, heads axis: Int, parts: Int, input: Int) throws(OperatorError) {
    if let found = shape[axis], found != heads {
      throw .shape(input: input, reason: "\(found) heads and not \(heads)")
    }
    if let found = shape[3], found != parts {
      throw .shape(input: input, reason: "\(found) parts and not \(parts)")
    }
  }

  private func addKeys(_ e: inout AttentionExtents, _ key: Shape?, _ value: Shape?) throws(OperatorError) {
    typealias E = AttentionExtents
    guard let key else { return }
    e.batch = try E.agreed(e.batch, key.dimensions.first ?? nil, input: 1, "the batch")
    switch key.rank {
    case 5:
      try require(key, heads: 2, parts: 2, input: 1)
      e.newLength = key[1]
      e.headSize = try E.agreed(e.headSize, key[4], input: 1, "the head size")
      e.valueSize = e.headSize
    case 4:
      e.newLength = key[2]
      e.headSize = try E.agreed(e.headSize, key[3], input: 1, "the head size")
      if let value, value.rank == 4 {
        e.newLength = try E.agreed(e.newLength, value[2], input: 2, "the length")
        e.valueSize = value[3]
      }
    case 3:
      e.newLength = key[1]
      e.headSize = try E.agreed(e.headSize, E.size(key[2], heads: heads, input: 1), input: 1, "the head size")
      if let value, value.rank == 3 {
        e.newLength = try E.agreed(e.newLength, value[1], input: 2, "the length")
        e.valueSize = try E.size(value[2], heads: heads, input: 2)
      }
    default: throw .rank(input: 1, expected: "3, 4 or 5", found: key.rank)
    }
    if let value, key.rank < 5, value.rank != key.rank {
      throw .rank(input: 2, expected: "\(key.rank)", found: value.rank)
    }
    if let value { e.batch = try E.agreed(e.batch, value.dimensions.first ?? nil, input: 2, "the batch") }
  }

  private func addPast(
    _ e: inout AttentionExtents, _ key: Shape?, _ value: Shape?, isThere: Bool
  ) throws(OperatorError) {
    guard isThere else { return }
    e.pastLength = nil
    for (index, shape) in [(6, key), (7, value)] {
      guard let shape else { continue }
      guard shape.rank == 4 else { throw .rank(input: index, expected: "4", found: shape.rank) }
      let size = index == 6 ? e.headSize : e.valueSize
      for (a, b) in [(e.batch, shape[0]), (heads, shape[1]), (size, shape[3])] {
        _ = try AttentionExtents.agreed(a, b, input: index, "an extent")
      }
      e.pastLength = try AttentionExtents.agreed(e.pastLength, shape[2], input: index, "the past length")
    }
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    let masks = [4, 5].count { $0 < inputs.count && inputs[$0] != nil } + (isCausal ? 1 : 0)
    return try e.cost(operationsPerScore: 6 + masks, causalOffset: isCausal ? e.pastLength : nil)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 3 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    try MultiHeadRun(self, call).run()
  }
}
