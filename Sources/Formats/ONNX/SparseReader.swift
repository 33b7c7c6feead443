import Network

extension ModelReader {
  /// A `SparseTensorProto`, and the name that it gives its value.
  mutating func sparseTensor(
    _ slices: Slices, depth: Int
  ) throws(FormatError) -> (tensor: SparseTensor, name: NameID) {
    var values = Slices()
    var indices = Slices()
    var dimensions: [Int] = []
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (1, .bytes): values.append(reader.range)
      case (2, .bytes): indices.append(reader.range)
      case (3, .varint), (3, .bytes): try Packed.integers(file.bytes, reader.range, into: &dimensions)
      default: break
      }
    }
    let valueFields = try tensorFields(values, depth: depth + 1)
    let sparse = SparseTensor(
      values: try tensor(valueFields), indices: try tensor(tensorFields(indices, depth: depth + 1)),
      dimensions: dimensions)
    try check(sparse)
    return (sparse, try nameID(valueFields.name))
  }

  private func check(_ sparse: SparseTensor) throws(FormatError) {
    let rank = sparse.dimensions.count
    guard rank > 0, rank <= limits.rank, sparse.dimensions.allSatisfy({ $0 > 0 }),
      let size = Shape(sparse.dimensions).elementCount, size <= limits.elements
    else { throw FormatError(.sparseTensor(.denseShape)) }
    guard sparse.values.dimensions.count == 1 else { throw FormatError(.sparseTensor(.valueCount)) }
    let count = sparse.values.dimensions[0]
    guard sparse.indices.element == .int64 else { throw FormatError(.sparseTensor(.indexType)) }
    guard sparse.indices.dimensions == [count] || sparse.indices.dimensions == [count, rank] else {
      throw FormatError(.sparseTensor(.indexShape))
    }
    let problem = sparse.indices.withBytes { bytes in
      Self.indexProblem(
        bytes, count: count, tuples: sparse.indices.dimensions.count == 2, sparse.dimensions, size)
    }
    if case let problem?? = problem { throw FormatError(.sparseTensor(problem)) }
  }

  /// What is wrong with the places of the non-zero values: each must lie within the dense shape, and after the one
  /// before it.
  private static func indexProblem(
    _ bytes: UnsafeRawBufferPointer, count: Int, tuples: Bool, _ dimensions: [Int], _ size: Int
  ) -> FormatError.SparseProblem? {
    func index(_ place: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: 8 * place, as: Int64.self)) }
    var previous = -1
    for entry in 0..<count {
      var linear = 0
      if tuples {
        for (axis, extent) in dimensions.enumerated() {
          let coordinate = index(entry * dimensions.count + axis)
          guard (0..<extent).contains(coordinate) else { return .indexRange }
          linear = linear * extent + coordinate
        }
      } else {
        linear = index(entry)
        guard (0..<size).contains(linear) else { return .indexRange }
      }
      guard linear > previous else { return .indexOrder }
      previous = linear
    }
    return nil
  }
}
