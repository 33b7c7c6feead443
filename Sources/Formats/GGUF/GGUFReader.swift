import Network

/// Reads everything of a GGUF file but its data.
struct GGUFReader {
  let version: Int
  private(set) var tensors: [StoredTensor] = []
  /// Numbers, texts and truth values; of arrays, how many elements they have.
  private(set) var metadata: [Metadata] = []
  private(set) var findings: [Finding] = []
  private let limits: Limits
  private var reader: ByteReader
  private var alignment = 32
  private var places: [Int] = []

  /// The head of the file. Files of big-endian machines have a version that only reads right the other way round.
  init(_ bytes: UnsafeRawBufferPointer, limits: Limits) throws(FormatError) {
    var head = ByteReader(bytes, at: 4)
    var version = try head.integer(UInt32.self)
    let isBigEndian = version != 0 && version & 0xFFFF == 0
    if isBigEndian { version = version.byteSwapped }
    guard (2...3).contains(version) else { throw FormatError(.formatVersion(Int(version)), offset: 4) }
    self.version = Int(version)
    self.limits = limits
    reader = ByteReader(bytes, at: head.offset, isBigEndian: isBigEndian)
  }

  mutating func read() throws(FormatError) {
    let tensorCount = try count(.tensors, limit: limits.tensors, leastBytes: 24)
    let entryCount = try count(.entries, limit: limits.tensors, leastBytes: 13)
    var keys: Set<String> = []
    for index in 0..<entryCount {
      do {
        try readEntry(&keys)
      } catch {
        throw error.inside("metadata", index)
      }
    }
    var names: Set<String> = []
    for index in 0..<tensorCount {
      do {
        try readTensor(&names)
      } catch {
        throw error.inside("tensor", index)
      }
    }
    try checkData()
  }

  /// A number of things of which each takes at least so many bytes.
  private mutating func count(
    _ what: FormatError.Limited, limit: Int, leastBytes: Int
  ) throws(FormatError) -> Int {
    let start = reader.offset
    let count = try reader.count()
    guard count <= limit else { throw FormatError(.tooMany(what, limit: limit), offset: start) }
    guard count <= reader.remaining / leastBytes else { throw FormatError(.truncated, offset: start) }
    return count
  }

  private mutating func string() throws(FormatError) -> Range<Int> {
    let length = try reader.count()
    return try reader.range(length)
  }

  /// A name that is not in `taken` yet.
  private mutating func name(_ taken: inout Set<String>) throws(FormatError) -> String {
    let start = reader.offset
    let range = try string()
    guard range.count <= limits.nameBytes else {
      throw FormatError(.tooMany(.nameBytes, limit: limits.nameBytes), offset: start)
    }
    let name = reader.text(range)
    guard taken.insert(name).inserted else { throw FormatError(.duplicateName(name), offset: start) }
    return name
  }

  private mutating func readEntry(_ keys: inout Set<String>) throws(FormatError) {
    let key = try name(&keys)
    let start = reader.offset
    let type = try reader.integer(UInt32.self)
    let value = try value(type, depth: 1)
    if key == "general.alignment" {
      guard let number = Int(value), number > 0, number <= 1 << 20, number & (number - 1) == 0 else {
        throw FormatError(.alignment(value), offset: start)
      }
      alignment = number
    }
    if key == "split.count", let parts = Int(value), parts > 1 {
      findings.append(Finding(.partOfSeveral(parts: parts)))
    }
    metadata.append(Metadata(key: key, value: value))
  }

  /// A value in words.
  private mutating func value(_ type: UInt32, depth: Int) throws(FormatError) -> String {
    let start = reader.offset
    switch type {
    case 0: return "\(try reader.integer(UInt8.self))"
    case 1: return "\(try reader.integer(Int8.self))"
    case 2: return "\(try reader.integer(UInt16.self))"
    case 3: return "\(try reader.integer(Int16.self))"
    case 4: return "\(try reader.integer(UInt32.self))"
    case 5: return "\(try reader.integer(Int32.self))"
    case 6: return "\(Float(bitPattern: try reader.integer(UInt32.self)))"
    case 7: return try reader.integer(UInt8.self) == 0 ? "false" : "true"
    case 8:
      let range = try string()
      // A tokenizer's template may be long; nobody reads it in a report.
      return reader.text(range.prefix(1024))
    case 9: return try array(depth: depth)
    case 10: return "\(try reader.integer(UInt64.self))"
    case 11: return "\(try reader.integer(Int64.self))"
    case 12: return "\(Double(bitPattern: try reader.integer(UInt64.self)))"
    default: throw FormatError(.valueType(Int(type)), offset: start - 4)
    }
  }

  private mutating func array(depth: Int) throws(FormatError) -> String {
    let start = reader.offset
    let type = try reader.integer(UInt32.self)
    let count = try reader.count()
    if let width = Self.widths[type] {
      let (length, overflow) = count.multipliedReportingOverflow(by: width)
      guard !overflow else { throw FormatError(.truncated, offset: start) }
      _ = try reader.range(length)
      return "\(count) numbers"
    }
    // Every text and every array takes at least the bytes of its length.
    guard count <= reader.remaining / 8 else { throw FormatError(.truncated, offset: start) }
    switch type {
    case 8:
      for _ in 0..<count { _ = try string() }
      return "\(count) texts"
    case 9:
      guard depth < limits.depth else {
        throw FormatError(.tooMany(.depth, limit: limits.depth), offset: start)
      }
      for _ in 0..<count { _ = try array(depth: depth + 1) }
      return "\(count) arrays"
    default: throw FormatError(.valueType(Int(type)), offset: start)
    }
  }

  /// Bytes of one element, for types that have as many always.
  private static let widths: [UInt32: Int] = [
    0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
  ]

  private mutating func readTensor(_ names: inout Set<String>) throws(FormatError) {
    let start = reader.offset
    let name = try name(&names)
    let rank = Int(try reader.integer(UInt32.self))
    guard rank <= Self.rankLimit else {
      throw FormatError(.tooMany(.rank, limit: Self.rankLimit), offset: start)
    }
    var dimensions: [Int] = []
    for _ in 0..<rank { dimensions.append(try reader.count()) }
    let code = try reader.integer(UInt32.self)
    let offset = try reader.count()
    guard let type = GGUFTypes.all[code] else { throw FormatError(.storageType("\(code)"), offset: start) }
    // Rows are the fastest axis, which stands first; each is whole blocks.
    let row = dimensions.first ?? 1
    dimensions.reverse()
    guard let elements = Shape(dimensions).elementCount, elements <= limits.elements,
      let bytes = type.byteCount(of: elements)
    else { throw FormatError(.tooMany(.elements, limit: limits.elements), offset: start) }
    guard row % type.blockElements == 0 else {
      throw FormatError(.brokenBlocks(row: row, block: type.blockElements), offset: start)
    }
    guard offset % alignment == 0 else { throw FormatError(.misalignedData(offset), offset: start) }
    places.append(offset)
    tensors.append(
      StoredTensor(name: name, type: type, dimensions: dimensions, elements: elements, bytes: bytes))
  }

  private static let rankLimit = 4

  /// Every tensor's data lies in the file and in no other's.
  private func checkData() throws(FormatError) {
    let (padded, overflow) = reader.offset.addingReportingOverflow(alignment - 1)
    let start = overflow ? reader.bytes.count : padded / alignment * alignment
    let dataBytes = max(0, reader.bytes.count - start)
    var ranges = DataRanges()
    for (tensor, offset) in zip(tensors, places) {
      guard offset <= dataBytes, tensor.bytes <= dataBytes - offset else {
        let end = offset.addingReportingOverflow(tensor.bytes).partialValue
        throw FormatError(.dataRange(begin: offset, end: end, dataBytes: dataBytes), field: tensor.name)
      }
      ranges.add(offset..<(offset + tensor.bytes), tensor: tensor.name)
    }
    try ranges.check()
  }
}
