import Network

/// The fields of a `TensorProto`: where its data stands, not yet the data.
struct TensorFields {
  var name = 0..<0
  var dimensions: [Int] = []
  var type = 0
  var raw: Range<Int>?
  /// Pieces of the typed field that holds the data, and which field that is.
  var typed: [Range<Int>] = []
  var typedField = 0
  var isExternal = false
  var external: [(key: Range<Int>, value: Range<Int>)] = []
  var isSegmented = false
}

extension ModelReader {
  /// A `TensorProto`, its dimensions checked.
  func tensorFields(_ slices: Slices, depth: Int) throws(FormatError) -> TensorFields {
    var fields = TensorFields()
    var mixed = false
    let (bytes, limits) = (file.bytes, limits)
    try slices.forEachField(bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (1, .varint), (1, .bytes): try Packed.integers(bytes, reader.range, into: &fields.dimensions)
      case (2, .varint): fields.type = reader.integer32
      case (3, .bytes): fields.isSegmented = true
      case (8, .bytes): fields.name = try Self.name(reader.range, limits)
      case (9, .bytes): fields.raw = reader.range
      case (13, .bytes):
        // Mostly a location, an offset and a length.
        if fields.external.isEmpty { fields.external.reserveCapacity(3) }
        fields.external.append(try Self.entry(bytes, reader.range, depth: depth + 1, limits: limits))
      case (14, .varint): fields.isExternal = reader.integer32 == 1
      case (4, .fixed32), (4, .bytes), (10, .fixed64), (10, .bytes), (6, .bytes),
        (5, .varint), (5, .bytes), (7, .varint), (7, .bytes), (11, .varint), (11, .bytes):
        // An empty packed field says nothing; an empty string is an element.
        if reader.range.isEmpty, reader.number != 6 { return }
        mixed = mixed || fields.typedField != 0 && fields.typedField != reader.number
        fields.typedField = reader.number
        fields.typed.append(reader.range)
      default: break
      }
    }
    if mixed, !fields.isExternal, fields.raw == nil { throw FormatError(.tensorField) }
    guard fields.dimensions.count <= limits.rank else {
      throw FormatError(.tooMany(.rank, limit: limits.rank))
    }
    if let negative = fields.dimensions.first(where: { $0 < 0 }) {
      throw FormatError(.negativeExtent(negative))
    }
    return fields
  }

  /// The tensor itself. Data stays in the file wherever its bytes there are those of the elements.
  mutating func tensor(_ fields: TensorFields) throws(FormatError) -> Tensor {
    guard let element = try ElementType(code: fields.type) else { throw FormatError(.elementType(0)) }
    if fields.isSegmented { throw FormatError(.segmentedTensor) }
    var tensor = Tensor(
      name: text(fields.name), element: element, dimensions: fields.dimensions, storage: .missing(.notGiven))
    guard let count = tensor.elementCount, count <= limits.elements,
      let byteCount = element.byteCount(of: count)
    else {
      throw FormatError(.tooMany(.elements, limit: limits.elements))
    }
    if fields.isExternal {
      guard element != .string else { throw FormatError(.tensorField) }
      var entries: [Metadata] = []
      entries.reserveCapacity(fields.external.count)
      for (key, value) in fields.external { entries.append(Metadata(key: text(key), value: text(value))) }
      tensor.storage = try external.storage(entries, tensor: tensor.name, byteCount: byteCount)
    } else if let raw = fields.raw {
      guard element != .string else { throw FormatError(.tensorField, offset: raw.lowerBound) }
      guard raw.count >= byteCount else {
        throw FormatError(.tensorLength(expected: byteCount, found: raw.count), offset: raw.lowerBound)
      }
      if raw.count > byteCount { noteExcess(tensor.name, expected: byteCount, found: raw.count) }
      tensor.storage = .mapped(file, raw.lowerBound..<(raw.lowerBound + byteCount))
      // Large enough for the system call to be worth it.
      if byteCount >= 1 << 16 { file.release(raw) }
    } else if fields.typedField != 0 {
      tensor.storage = try typedStorage(fields, of: tensor, count: count, byteCount: byteCount)
    } else if count == 0 {
      tensor.storage = element == .string ? .strings([]) : .bytes([])
    }
    return tensor
  }

  mutating func noteExcess(_ tensor: String, expected: Int, found: Int) {
    findings.append(Finding(.excessData(tensor: tensor, expected: expected, found: found)))
  }

  private mutating func typedStorage(
    _ fields: TensorFields, of tensor: Tensor, count: Int, byteCount: Int
  ) throws(FormatError) -> Tensor.Storage {
    let start = fields.typed.first?.lowerBound
    guard fields.typedField == TypedData.field(of: tensor.element) else {
      throw FormatError(.tensorField, offset: start)
    }
    let expected = TypedData.entryCount(of: count, tensor.element)
    let found: Int
    let storage: Tensor.Storage
    switch fields.typedField {
    case 6:
      found = fields.typed.count
      storage = .strings(fields.typed.prefix(count).map { bytes($0) })
    case 4, 10:
      let width = fields.typedField == 4 ? 4 : 8
      let stored = fields.typed.reduce(0) { $0 + $1.count }
      guard fields.typed.allSatisfy({ $0.count % width == 0 }) else {
        throw FormatError(.truncated, offset: start)
      }
      found = stored / width
      if let only = fields.typed.first, fields.typed.count == 1, only.count >= byteCount {
        storage = .mapped(file, only.lowerBound..<(only.lowerBound + byteCount))
      } else {
        storage = .bytes(Array(fields.typed.map { file.bytes[$0] }.joined().prefix(byteCount)))
      }
    default:
      var decoder = TypedData(tensor.element, entries: expected)
      for piece in fields.typed { try decoder.append(file.bytes, piece) }
      found = decoder.found
      storage = .bytes(decoder.bytes)
    }
    guard found >= expected else {
      throw FormatError(.tensorLength(expected: expected, found: found), offset: start)
    }
    if found > expected { noteExcess(tensor.name, expected: expected, found: found) }
    return storage
  }
}
