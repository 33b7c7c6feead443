internal import Network

/// Attention without a softmax: a state of `[head size, value size]` per key head takes in one key and value at a time and
/// is read by the queries (ONNX, operator set 27).
///
/// Query `[batch, length, heads * size]`, key and value likewise with their own heads; past state
/// `[batch, key heads, head size, value size]`; decay in log space and update rate where the rule has them.
package struct LinearAttention: RealOperator {
  package static let name = "LinearAttention"
  package let role = Role.matrixLayer
  package let queryHeads: Int
  package let keyHeads: Int
  package let scale: Float?
  package let rule: UpdateRule

  package enum UpdateRule: String, Sendable {
    case linear, gated, delta
    case gatedDelta = "gated_delta"

    var isGated: Bool { self == .gated || self == .gatedDelta }
    var isCorrecting: Bool { self == .delta || self == .gatedDelta }
  }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    queryHeads = try attributes.requiredInteger("q_num_heads")
    keyHeads = try attributes.requiredInteger("kv_num_heads")
    guard queryHeads > 0, keyHeads > 0, queryHeads % keyHeads == 0 else {
      throw .attributeValue(
        "q_num_heads", reason: "\(queryHeads) query heads do not divide into \(keyHeads) key heads")
    }
    scale = try attributes.float("scale").flatMap { $0 == 0 ? nil : $0 }
    let name = try attributes.string("update_rule", default: UpdateRule.gatedDelta.rawValue)
    guard let rule = UpdateRule(rawValue: name) else {
      throw .attributeValue("update_rule", reason: "\(name) is not known")
    }
    self.rule = rule
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let query = try inputs.tensor(0, of: ElementType.reals)
    for index in 1...2 { _ = try inputs.tensor(index, of: [query.element]) }
    let past = try inputs.optionalTensor(3)
    guard inputs.has(4) == rule.isGated else { throw .missingInput(4) }
    guard inputs.has(5) == rule.isCorrecting else { throw .missingInput(5) }
    let e = try extents(inputs.facts)
    var hidden: Dimension = nil
    if let size = e.valueSize { hidden = try product(queryHeads, size) }
    return [
      Fact(query.element, [e.batch, e.queryLength, hidden]),
      Fact(past?.element ?? query.element, [e.batch, keyHeads, e.headSize, e.valueSize]),
    ]
  }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents {
    typealias E = AttentionExtents
    var e = E()
    (e.queryHeads, e.keyHeads) = (queryHeads, keyHeads)
    for (index, heads) in [queryHeads, keyHeads, keyHeads].enumerated() {
      guard index < inputs.count, let shape = inputs[index]?.shape else { continue }
      guard shape.rank == 3 else { throw .rank(input: index, expected: "3", found: shape.rank) }
      e.batch = try E.agreed(e.batch, shape[0], input: index, "the batch")
      e.queryLength = try E.agreed(e.queryLength, shape[1], input: index, "the length")
      let size = try E.size(shape[2], heads: heads, input: index)
      if index < 2 {
        e.headSize = try E.agreed(e.headSize, size, input: index, "the head size")
      } else {
        e.valueSize = size
      }
    }
    e.newLength = e.queryLength
    if inputs.count > 3, let past = inputs[3]?.shape {
      guard past.rank == 4 else { throw .rank(input: 3, expected: "4", found: past.rank) }
      for (a, b) in [(e.batch, past[0]), (keyHeads, past[1]), (e.headSize, past[2]), (e.valueSize, past[3])] {
        _ = try E.agreed(a, b, input: 3, "an extent")
      }
    }
    return e
  }

  /// Of each state and token: one product to write, one to read for each query head, one to look up what the state
  /// holds for the key where the rule corrects it; beside them the decay of the state and the scale.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    guard let batch = e.batch, let length = e.queryLength, let size = e.headSize, let valueSize = e.valueSize
    else { return nil }
    let tokens = try product(batch, length)
    let state = try product(size, valueSize)
    let perToken = try sum(product(keyHeads, rule.isCorrecting ? 2 : 1), queryHeads)
    var operations = try product(queryHeads, valueSize)
    if rule.isGated { operations = try sum(operations, product(keyHeads, sum(state, size))) }
    if rule.isCorrecting { operations = try sum(operations, product([keyHeads, valueSize, 2])) }
    return Cost(
      macs: try product([tokens, state, perToken]), elementwiseOperations: try product(tokens, operations))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 3 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let e = try extents(call.context.knownInputs.facts)
    guard let batch = e.batch, let length = e.queryLength, let size = e.headSize, let valueSize = e.valueSize
    else { throw .unsupported("unknown extents") }
    let factor = scale.map { Value($0) } ?? 1 / Value(size).squareRoot()
    let (query, key, value) = (try call.values(0), try call.values(1), try call.values(2))
    let gates = try gates(call, batch: batch, length: length, size: size)
    let output = try call.results(0)
    let state =
      call.wants(1) ? try call.results(1) : try call.scratch(product([batch, keyHeads, size, valueSize]))
    if let past = try call.optionalValues(3) {
      _ = state.update(fromContentsOf: past)
    } else {
      state.update(repeating: 0)
    }
    let group = queryHeads / keyHeads
    var update = [Value](repeating: 0, count: valueSize)
    for image in 0..<batch {
      for head in 0..<keyHeads {
        let plane = (image * keyHeads + head) * size * valueSize
        for token in 0..<length {
          let place = image * length + token
          let keyStart = (place * keyHeads + head) * size
          let valueStart = (place * keyHeads + head) * valueSize
          if let decay = gates.decay {
            for row in 0..<size {
              let gate = Value.exp(decay[gates.decayPlace(place, head, row)])
              for column in 0..<valueSize { state[plane + row * valueSize + column] *= gate }
            }
          }
          for column in 0..<valueSize { update[column] = value[valueStart + column] }
          if let rate = gates.rate {
            for row in 0..<size {
              let factor = key[keyStart + row]
              for column in 0..<valueSize {
                update[column] -= state[plane + row * valueSize + column] * factor
              }
            }
            let step = rate[gates.ratePlace(place, head)]
            for column in 0..<valueSize { update[column] *= step }
          }
          for row in 0..<size {
            let factor = key[keyStart + row]
            for column in 0..<valueSize { state[plane + row * valueSize + column] += factor * update[column] }
          }
          for reader in (head * group)..<((head + 1) * group) {
            let queryStart = (place * queryHeads + reader) * size
            let target = (place * queryHeads + reader) * valueSize
            for column in 0..<valueSize { output[target + column] = 0 }
            for row in 0..<size {
              let weight = query[queryStart + row] * factor
              for column in 0..<valueSize {
                output[target + column] += weight * state[plane + row * valueSize + column]
              }
            }
          }
        }
      }
    }
  }

  /// Decay and update rate, where the rule has them, and where the ones of a token, a head and a row of the state lie.
  private struct Gates<Value: Real> {
    var decay: UnsafeBufferPointer<Value>?
    var rate: UnsafeBufferPointer<Value>?
    var heads: Int
    /// Decays of one head: one, or one for each row of the state.
    var decaySize = 1
    /// Rates of one token: one, or one for each head.
    var rateHeads = 1

    func decayPlace(_ token: Int, _ head: Int, _ row: Int) -> Int {
      (token * heads + head) * decaySize + (decaySize == 1 ? 0 : row)
    }
    func ratePlace(_ token: Int, _ head: Int) -> Int { token * rateHeads + (rateHeads == 1 ? 0 : head) }
  }

  private func gates<Value: Real>(
    _ call: RealContext<Value>, batch: Int, length: Int, size: Int
  ) throws(OperatorError) -> Gates<Value> {
    var gates = Gates(decay: try call.optionalValues(4), rate: try call.optionalValues(5), heads: keyHeads)
    let tokens = try product(batch, length)
    if let decay = gates.decay {
      gates.decaySize = decay.count == tokens * keyHeads ? 1 : size
      guard decay.count == tokens * keyHeads * gates.decaySize else {
        throw .shape(input: 4, reason: "\(decay.count) decays for \(keyHeads) heads of \(size)")
      }
    }
    if let rate = gates.rate {
      gates.rateHeads = rate.count == tokens ? 1 : keyHeads
      guard rate.count == tokens * gates.rateHeads else {
        throw .shape(input: 5, reason: "\(rate.count) rates for \(keyHeads) heads")
      }
    }
    return gates
  }
}
