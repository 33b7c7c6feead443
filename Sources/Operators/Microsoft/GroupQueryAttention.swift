internal import Network

/// Causal attention of language models in ONNX Runtime: fewer key heads than query heads, rotary places, a cache.
///
/// Query `[batch, length, heads * size]`, or with keys and values behind it in the last axis; key and value
/// `[batch, length, key heads * size]`; past `[batch, key heads, capacity, size]`; for each image the number of keys less one;
/// the number of keys of the longest; tables of cosines and sines.
package struct GroupQueryAttention: RealOperator {
  package static let name = "GroupQueryAttention"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  package let heads: Int
  package let keyHeads: Int
  package let scale: Float?
  package let softcap: Float
  package let rotates: Bool
  package let isInterleaved: Bool
  /// Keys that a query may see, its own included; nil is all before it.
  package let window: Int?
  private let hasSmoothSoftmax: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    heads = try attributes.requiredInteger("num_heads")
    keyHeads = try attributes.requiredInteger("kv_num_heads")
    guard heads > 0, keyHeads > 0, heads % keyHeads == 0 else {
      throw .attributeValue("num_heads", reason: "\(heads) heads do not divide into \(keyHeads) key heads")
    }
    scale = try attributes.float("scale").flatMap { $0 == 0 ? nil : $0 }
    softcap = try attributes.float("softcap", default: 0)
    rotates = try attributes.flag("do_rotary")
    isInterleaved = try attributes.flag("rotary_interleaved")
    window = try attributes.integer("local_window_size").flatMap { $0 < 0 ? nil : $0 }
    hasSmoothSoftmax = try attributes.integer("smooth_softmax", default: 0) == 1
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let query = try inputs.tensor(0, of: ElementType.reals)
    guard query.shape != nil else { return Array(repeating: Fact(query.element, nil), count: 3) }
    let e = try extents(inputs.facts)
    var hidden: Dimension = nil
    if let size = e.headSize { hidden = try product(heads, size) }
    let present = Fact(query.element, [e.batch, keyHeads, e.newLength, e.headSize])
    return [Fact(query.element, [e.batch, e.queryLength, hidden]), present, present]
  }

  /// `newLength` is the length of keys and values as the present outputs have it, past included.
  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    typealias E = AttentionExtents
    func shape(_ index: Int) -> Shape? { index < inputs.count ? inputs[index]?.shape : nil }
    var e = E()
    (e.queryHeads, e.keyHeads) = (heads, keyHeads)
    guard let query = shape(0) else { return e }
    guard query.rank == 3 else { throw .rank(input: 0, expected: "3", found: query.rank) }
    (e.batch, e.queryLength) = (query[0], query[1])
    let isPacked = inputs.count < 2 || inputs[1] == nil
    e.headSize = try E.size(query[2], heads: isPacked ? sum(heads, product(2, keyHeads)) : heads, input: 0)
    for index in 1...2 where !isPacked {
      guard let key = shape(index) else { continue }
      guard key.rank == 3 else { throw .rank(input: index, expected: "3", found: key.rank) }
      e.batch = try E.agreed(e.batch, key[0], input: index, "the batch")
      e.queryLength = try E.agreed(e.queryLength, key[1], input: index, "the length")
      e.headSize = try E.agreed(
        e.headSize, E.size(key[2], heads: keyHeads, input: index), input: index, "the head size")
    }
    e.valueSize = e.headSize
    let total = inputs.count > 6 ? inputs[6]?.constant?.integers?.first : nil
    if let total, total < 0 { throw .value(input: 6, reason: "\(total) is negative") }
    e.newLength = total ?? e.queryLength
    for index in 3...4 where index < inputs.count && inputs[index] != nil {
      guard let past = shape(index) else { return e }
      guard past.rank == 4 else { throw .rank(input: index, expected: "4", found: past.rank) }
      for (a, b) in [(e.batch, past[0]), (keyHeads, past[1]), (e.headSize, past[3])] {
        _ = try E.agreed(a, b, input: index, "an extent")
      }
      let least: Dimension
      if let total {
        least = total
      } else if let capacity = past[2], let length = e.queryLength {
        least = try sum(capacity, length)
      } else {
        least = nil
      }
      if let capacity = past[2], let least { e.newLength = max(capacity, least) } else { e.newLength = nil }
    }
    return e
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    guard let total = e.newLength, let rows = e.queryLength else { return nil }
    return try e.cost(operationsPerScore: 7 + (softcap > 0 ? 3 : 0), causalOffset: total - rows)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 3 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    if hasSmoothSoftmax || call.has(11) { throw .unsupported("a softmax with a sink") }
    if call.has(9) || call.has(14) || call.has(15) { throw .unsupported("given places or normalised heads") }
    try GroupQueryRun(self, call).run()
  }
}
