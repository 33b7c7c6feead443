import Network

/// Makes a dense tensor of a sparse one: `SparsityParameters` of the schema, which follow Chou, Kjolstad, Amarasinghe,
/// "Format Abstraction for Sparse Tensor Algebra Compilers" (2018). Each level of the traversal is dense or holds the
/// places of what is not zero; blocks are levels of their own.
struct SparseTensorReader {
  private let order: [Int]
  private let blockedAxes: [Int]
  private let levels: [Level]
  private let shape: [Int]
  private let elementBytes: Int
  private var dense: [UInt8] = []

  private enum Level {
    case dense(Int)
    /// The elements below place p of the level before are `indices[segments[p]..<segments[p + 1]]`.
    case sparse(segments: [Int], indices: [Int])
  }

  /// Bytes of one dense tensor.
  private static let limit = 1 << 28

  static func read(
    _ table: FlatTable, data: UnsafeRawBufferPointer, shape: [Int], element: ElementType
  ) throws(FormatError) -> [UInt8] {
    guard let count = element.byteCount(of: Shape(shape).elementCount ?? 0), element.bits % 8 == 0,
      count <= limit,
      // Zeros of a file that holds hardly anything else are not worth their memory.
      count <= 4096 * max(data.count, 1)
    else { throw FormatError(.tooMany(.elements, limit: limit), offset: table.offset) }
    var reader = try SparseTensorReader(table, shape, element.bits / 8)
    reader.dense = [UInt8](repeating: 0, count: count)
    var place = [Int](repeating: 0, count: reader.levels.count)
    try reader.fill(level: 0, position: 0, &place, data)
    return reader.dense
  }

  private init(_ table: FlatTable, _ shape: [Int], _ elementBytes: Int) throws(FormatError) {
    self.shape = shape
    self.elementBytes = elementBytes
    order = try table.indices(0)
    blockedAxes = try table.indices(1)
    var levels: [Level] = []
    try table.forEachTable(2, "dim_metadata") { (_, table) throws(FormatError) in
      levels.append(try Self.level(table))
    }
    self.levels = levels
    let count = shape.count + blockedAxes.count
    guard order.count == count, levels.count == count, order.sorted() == Array(0..<count), count <= 16,
      blockedAxes.allSatisfy(shape.indices.contains)
    else { throw FormatError(.sparseTensor(.indexShape), offset: table.offset) }
  }

  private static func level(_ table: FlatTable) throws(FormatError) -> Level {
    guard try table.byte(0) == 1 else {
      let size = try table.int32(1)
      guard size > 0 else { throw FormatError(.sparseTensor(.denseShape), offset: table.offset) }
      return .dense(size)
    }
    return .sparse(
      segments: try numbers(table, type: 2, value: 3), indices: try numbers(table, type: 4, value: 5))
  }

  /// A `SparseIndexVector`: numbers of one of three widths.
  private static func numbers(_ table: FlatTable, type: Int, value: Int) throws(FormatError) -> [Int] {
    guard let vector = try table.table(value) else {
      throw FormatError(.sparseTensor(.indexType), offset: table.offset)
    }
    switch try table.byte(type) {
    case 1: return try vector.indices(0)
    case 2: return try vector.integers(0, as: UInt16.self).map { Int($0) }
    case 3: return try vector.integers(0, as: UInt8.self).map { Int($0) }
    default: throw FormatError(.sparseTensor(.indexType), offset: table.offset)
    }
  }

  /// Copies what lies below `position` of a level; `place` holds the indices of the levels above.
  private mutating func fill(
    level: Int, position: Int, _ place: inout [Int], _ data: UnsafeRawBufferPointer
  ) throws(FormatError) {
    guard level < levels.count else {
      let target = try target(place) * elementBytes
      // The position is below the number of elements, since no place is reached twice.
      guard position < data.count / elementBytes else { throw FormatError(.sparseTensor(.valueCount)) }
      for byte in 0..<elementBytes { dense[target + byte] = data[position * elementBytes + byte] }
      return
    }
    switch levels[level] {
    case .dense(let size):
      for index in 0..<size {
        place[level] = index
        let (base, overflow) = position.multipliedReportingOverflow(by: size)
        guard !overflow, base < Self.limit else { throw FormatError(.sparseTensor(.valueCount)) }
        try fill(level: level + 1, position: base + index, &place, data)
      }
    case .sparse(let segments, let indices):
      guard position + 1 < segments.count, segments[position] >= 0,
        segments[position] <= segments[position + 1], segments[position + 1] <= indices.count
      else { throw FormatError(.sparseTensor(.indexRange)) }
      for entry in segments[position]..<segments[position + 1] {
        place[level] = indices[entry]
        try fill(level: level + 1, position: entry, &place, data)
      }
    }
  }

  /// The place in the dense tensor that the indices of all levels mean.
  private func target(_ place: [Int]) throws(FormatError) -> Int {
    var indices = [Int](repeating: 0, count: order.count)
    for (level, axis) in order.enumerated() { indices[axis] = place[level] }
    for (block, axis) in blockedAxes.enumerated() {
      guard case .dense(let size)? = order.firstIndex(of: shape.count + block).map({ levels[$0] }) else {
        throw FormatError(.sparseTensor(.denseShape))
      }
      // Both are below 2^31.
      indices[axis] = indices[axis] * size + indices[shape.count + block]
    }
    var result = 0
    for (axis, extent) in shape.enumerated() {
      guard (0..<extent).contains(indices[axis]) else { throw FormatError(.sparseTensor(.indexRange)) }
      result = result * extent + indices[axis]
    }
    return result
  }
}
