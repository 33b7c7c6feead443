internal import Network

/// RotaryEmbedding with the places as second input: one for each token, or the first one's.
///
/// Input `[batch, length, heads * size]` or `[batch, heads, length, size]`; tables of cosines and sines
/// `[places, size / 2]`.
package struct MicrosoftRotaryEmbedding: RealOperator {
  package static let name = "RotaryEmbedding"
  package static let domain = "com.microsoft"
  package let role = Role.layer
  private let base: RotaryEmbedding
  private let isScaled: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try RotaryEmbedding(attributes)
    isScaled = try attributes.float("scale", default: 1) != 1
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let table = try inputs.tensor(2, of: ElementType.reals)
    if let extents = input.shape?.known, let angles = table.shape?.known {
      _ = try rotation(extents, angles)
    }
    return [Fact(.tensor(input))]
  }

  /// The number of heads follows from the table where no attribute gives it.
  private func rotation(_ extents: [Int], _ table: [Int]) throws(OperatorError) -> Rotation {
    guard table.count == 2, table[1] > 0 else { throw .rank(input: 2, expected: "2", found: table.count) }
    var operation = base
    if extents.count == 3, base.heads == nil {
      let size = try product(2, table[1])
      guard extents[2] % size == 0, extents[2] > 0 else {
        throw .shape(input: 2, reason: "\(table) does not hold angles for heads of \(extents[2])")
      }
      operation = base.with(heads: extents[2] / size)
    }
    let rotation = try Rotation(operation, extents)
    guard rotation.pairs == table[1] else {
      throw .shape(input: 2, reason: "\(table) does not hold \(rotation.pairs) angles for each place")
    }
    return rotation
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 2, let extents = inputs[0]?.shape?.known, let table = inputs[2]?.shape?.known else {
      return nil
    }
    return try rotation(extents, table).cost()
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    if isScaled { throw .unsupported("a scale of the rotation") }
    let table = try call.dimensions(2)
    let rotation = try rotation(call.dimensions(0), table)
    let places = try call.context.integers(1)
    let tokens = try product(rotation.batch, rotation.length)
    guard places.count == 1 || places.count == tokens else {
      throw .shape(input: 1, reason: "\(places.count) places for \(tokens) tokens")
    }
    let (cosines, sines) = (try call.values(2), try call.values(3))
    guard sines.count == cosines.count else {
      throw .shape(input: 3, reason: "\(sines.count) sines for \(cosines.count) cosines")
    }
    let source = try call.values(0)
    let target = try call.results(0)
    _ = target.update(fromContentsOf: source)
    for token in 0..<tokens {
      let step = token % rotation.length
      let (row, overflow) =
        places.count == tokens ? (places[token], false) : places[0].addingReportingOverflow(step)
      guard !overflow, row >= 0, row < table[0] else {
        throw .value(input: 1, reason: "there is no place \(row)")
      }
      rotation.rotate(
        source, target, token / rotation.length, step, cosines, sines, row: row,
        isInterleaved: base.isInterleaved)
    }
  }
}
