internal import Network

/// Rotates pairs of elements of each head by angles that follow from the place in the sequence.
///
/// Inputs: X `[batch, heads, length, size]` or `[batch, length, heads * size]`, cosines and sines, and places.
/// Without places the cosines are `[batch, length, rotated / 2]`, with them `[places, rotated / 2]`.
package struct RotaryEmbedding: RealOperator {
  package static let name = "RotaryEmbedding"
  package let role = Role.layer
  package let isInterleaved: Bool
  package let rotatedSize: Int
  package let heads: Int?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isInterleaved = try attributes.flag("interleaved")
    rotatedSize = try attributes.integer("rotary_embedding_dim", default: 0)
    heads = try attributes.integer("num_heads").flatMap { $0 == 0 ? nil : $0 }
    guard rotatedSize >= 0, rotatedSize % 2 == 0 else {
      throw .attributeValue("rotary_embedding_dim", reason: "\(rotatedSize) is not a number of pairs")
    }
    if let heads, heads < 1 { throw .attributeValue("num_heads", reason: "\(heads) is not positive") }
  }

  private init(isInterleaved: Bool, rotatedSize: Int, heads: Int) {
    (self.isInterleaved, self.rotatedSize, self.heads) = (isInterleaved, rotatedSize, heads)
  }

  /// The same rotation of another number of heads.
  func with(heads: Int) -> RotaryEmbedding {
    RotaryEmbedding(isInterleaved: isInterleaved, rotatedSize: rotatedSize, heads: heads)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let tables = (try inputs.tensor(1, of: ElementType.reals), try inputs.tensor(2, of: ElementType.reals))
    if let shape = input.shape?.known {
      let rotation = try Rotation(self, shape)
      let places = try inputs.optionalTensor(3)?.shape?.known
      if inputs.has(3), places == nil { return [Fact(.tensor(input))] }
      try rotation.check(tables.0.shape?.known, places: places, input: 1)
      try rotation.check(tables.1.shape?.known, places: places, input: 2)
    }
    return [Fact(.tensor(input))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    return try Rotation(self, extents).cost()
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let rotation = try Rotation(self, call.dimensions(0))
    let places = try call.optionalIntegers(3)
    let (source, cosines, sines) = (try call.values(0), try call.values(1), try call.values(2))
    let target = try call.results(0)
    _ = target.update(fromContentsOf: source)
    let rows = try places == nil ? cosines.count : call.dimensions(1)[0]
    for image in 0..<rotation.batch {
      for step in 0..<rotation.length {
        var row = image * rotation.length + step
        if let places {
          row = places[row]
          guard row >= 0, row < rows else { throw .value(input: 3, reason: "there is no place \(row)") }
        }
        rotation.rotate(
          source, target, image, step, cosines, sines, row: row, isInterleaved: isInterleaved)
      }
    }
  }
}
