import Network

/// Reads the header of a safetensors file and checks it against the file's length, as the format's own reader does:
/// tensors cover the data without gaps and without overlap.
struct SafetensorsHeader {
  private let limits: Limits
  private(set) var tensors: [StoredTensor] = []
  private(set) var metadata: [Metadata] = []
  private var ranges = DataRanges()
  private var dataBytes = 0

  init(limits: Limits) { self.limits = limits }

  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var reader = ByteReader(bytes)
    let length = try reader.count()
    guard length <= Safetensors.headerLimit else {
      throw FormatError(.tooMany(.headerBytes, limit: Safetensors.headerLimit), offset: 0)
    }
    let header = try reader.range(length)
    dataBytes = reader.remaining
    var scanner = JSONScanner(bytes, header, limits: limits)
    try scanner.object { (scanner, key, offset) throws(FormatError) in
      do throws(FormatError) {
        if key == "__metadata__" { try readMetadata(&scanner) } else { try readTensor(key, &scanner) }
      } catch {
        throw error.at(offset).inside(key)
      }
    }
    try scanner.finish()
    try ranges.check(covering: dataBytes)
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws(FormatError) {
    try scanner.object { (scanner, key, _) throws(FormatError) in
      metadata.append(Metadata(key: key, value: try scanner.string()))
    }
  }

  private mutating func readTensor(_ name: String, _ scanner: inout JSONScanner) throws(FormatError) {
    guard tensors.count < limits.tensors else { throw FormatError(.tooMany(.tensors, limit: limits.tensors)) }
    var type: String?
    var dimensions: [Int]?
    var place: [Int] = []
    try scanner.object { (scanner, key, _) throws(FormatError) in
      switch key {
      case "dtype": type = try scanner.string()
      case "shape": dimensions = try scanner.counts(limit: limits.rank, .rank)
      case "data_offsets": place = try scanner.counts(limit: 2, .rank)
      default: try scanner.skip()
      }
    }
    guard let type else { throw FormatError(.missingField("dtype")) }
    guard let dimensions else { throw FormatError(.missingField("shape")) }
    guard place.count == 2 else { throw FormatError(.missingField("data_offsets")) }
    guard let storage = Self.types[type] else { throw FormatError(.storageType(type)) }
    try add(name, storage, dimensions, from: place[0], to: place[1])
  }

  private mutating func add(
    _ name: String, _ type: StorageType, _ dimensions: [Int], from begin: Int, to end: Int
  ) throws(FormatError) {
    guard let elements = Shape(dimensions).elementCount, elements <= limits.elements else {
      throw FormatError(.tooMany(.elements, limit: limits.elements))
    }
    guard begin <= end, end <= dataBytes else {
      throw FormatError(.dataRange(begin: begin, end: end, dataBytes: dataBytes))
    }
    guard let expected = type.byteCount(of: elements), expected == end - begin else {
      throw FormatError(.tensorLength(expected: type.byteCount(of: elements) ?? 0, found: end - begin))
    }
    ranges.add(begin..<end, tensor: name)
    tensors.append(
      StoredTensor(name: name, type: type, dimensions: dimensions, elements: elements, bytes: expected))
  }

  /// Types by the name that the format gives them. Those below a byte fill whole bytes.
  private static let types: [String: StorageType] = Dictionary(
    uniqueKeysWithValues: [
      StorageType("BOOL", .integer, blockBytes: 1), StorageType("U8", .integer, blockBytes: 1),
      StorageType("I8", .integer, blockBytes: 1), StorageType("U16", .integer, blockBytes: 2),
      StorageType("I16", .integer, blockBytes: 2), StorageType("U32", .integer, blockBytes: 4),
      StorageType("I32", .integer, blockBytes: 4), StorageType("U64", .integer, blockBytes: 8),
      StorageType("I64", .integer, blockBytes: 8), StorageType("F16", .floatingPoint, blockBytes: 2),
      StorageType("BF16", .floatingPoint, blockBytes: 2), StorageType("F32", .floatingPoint, blockBytes: 4),
      StorageType("F64", .floatingPoint, blockBytes: 8), StorageType("C64", .floatingPoint, blockBytes: 8),
      StorageType("F8_E4M3", .floatingPoint, blockBytes: 1),
      StorageType("F8_E5M2", .floatingPoint, blockBytes: 1),
      StorageType("F8_E8M0", .floatingPoint, blockBytes: 1),
      StorageType("F8_E4M3FNUZ", .floatingPoint, blockBytes: 1),
      StorageType("F8_E5M2FNUZ", .floatingPoint, blockBytes: 1),
      StorageType("F4", .floatingPoint, blockElements: 2, blockBytes: 1),
      StorageType("F6_E2M3", .floatingPoint, blockElements: 4, blockBytes: 3),
      StorageType("F6_E3M2", .floatingPoint, blockElements: 4, blockBytes: 3),
    ].map { ($0.name, $0) })
}
