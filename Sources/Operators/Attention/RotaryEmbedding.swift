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

  /// Four products and two sums for each pair.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    let rotation = try Rotation(self, extents)
    return Cost(
      elementwiseOperations: try product([rotation.batch, rotation.length, rotation.heads, rotation.pairs, 6])
    )
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
        for head in 0..<rotation.heads {
          rotation.rotate(
            source, target, at: rotation.start(image, step, head), cosines, sines, row * rotation.pairs,
            isInterleaved: isInterleaved)
        }
      }
    }
  }
}

/// The extents of a rotation.
struct Rotation {
  let batch: Int
  let length: Int
  let heads: Int
  let pairs: Int
  private let size: Int
  private let layout: HeadLayout

  init(_ operation: RotaryEmbedding, _ shape: [Int]) throws(OperatorError) {
    guard shape.count == 3 || shape.count == 4 else {
      throw .rank(input: 0, expected: "3 or 4", found: shape.count)
    }
    if shape.count == 3 {
      guard let heads = operation.heads else { throw .missingAttribute("num_heads") }
      guard shape[2] % heads == 0 else {
        throw .shape(input: 0, reason: "\(shape[2]) does not divide into \(heads) heads")
      }
      (batch, length, self.heads, size) = (shape[0], shape[1], heads, shape[2] / heads)
      layout = .rowsFirst(heads: heads, length: length, size: size)
    } else {
      (batch, heads, length, size) = (shape[0], shape[1], shape[2], shape[3])
      layout = .headsFirst(heads: heads, length: length, size: size)
    }
    let rotated = operation.rotatedSize == 0 ? size : operation.rotatedSize
    guard rotated <= size, rotated % 2 == 0 else {
      throw .shape(input: 0, reason: "heads of \(size) do not hold \(rotated) elements in pairs")
    }
    pairs = rotated / 2
  }

  /// Checks a table of cosines or sines.
  func check(_ table: [Int]?, places: [Int]?, input: Int) throws(OperatorError) {
    if let places, places != [batch, length] {
      throw .shape(input: 3, reason: "\(places) where \([batch, length]) is needed")
    }
    guard let table else { return }
    let fits = places == nil ? table == [batch, length, pairs] : table.count == 2 && table[1] == pairs
    if !fits { throw .shape(input: input, reason: "\(table) does not hold \(pairs) angles for each place") }
  }

  func start(_ image: Int, _ step: Int, _ head: Int) -> Int {
    image * layout.batch + step * layout.row + head * layout.head
  }

  func rotate<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, _ target: UnsafeMutableBufferPointer<Value>, at start: Int,
    _ cosines: UnsafeBufferPointer<Value>, _ sines: UnsafeBufferPointer<Value>, _ row: Int,
    isInterleaved: Bool
  ) {
    for pair in 0..<pairs {
      let first = start + (isInterleaved ? 2 * pair : pair)
      let second = isInterleaved ? first + 1 : first + pairs
      let (a, b) = (source[first], source[second])
      let (cosine, sine) = (cosines[row + pair], sines[row + pair])
      target[first] = cosine * a - sine * b
      target[second] = sine * a + cosine * b
    }
  }
}
