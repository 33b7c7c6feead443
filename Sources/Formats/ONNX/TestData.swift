package import Network

/// A value as ONNX's test data stores it: the `input_N.pb` and `output_N.pb` beside a model.
package indirect enum StoredValue: Sendable {
  case tensor(Tensor)
  case sequence([StoredValue])
  case optional(StoredValue?)
  case map(keys: Tensor, values: [StoredValue])
}

/// Reads test data. A file does not say what it holds, so the caller does, from the declared type of the input or
/// output that it belongs to.
package enum TestData {
  package enum Kind: Sendable, Hashable {
    case tensor, sequence, optional, map

    package init(_ type: DeclaredType) {
      switch type {
      case .sequence: self = .sequence
      case .optional: self = .optional
      case .map: self = .map
      default: self = .tensor
      }
    }
  }

  /// The value in the file at `path`, and the name that the file gives it.
  package static func read(
    path: String, as kind: Kind, limits: Limits = Limits()
  ) throws(FormatError) -> (name: String, value: StoredValue) {
    guard Int(littleEndian: 1) == 1 else { throw FormatError(.byteOrder, file: path) }
    let file = try MappedFile.open(path)
    var reader = ModelReader(file: file, options: ReadOptions(limits: limits))
    let whole = Slices(0..<file.count)
    do {
      switch kind {
      case .tensor:
        let tensor = try reader.tensor(reader.tensorFields(whole, depth: 0))
        return (tensor.name, .tensor(tensor))
      case .sequence: return (try reader.valueName(), try reader.sequence(whole, depth: 0))
      case .optional: return (try reader.valueName(), try reader.optional(whole, depth: 0))
      case .map: return (try reader.valueName(), try reader.map(whole, depth: 0))
      }
    } catch {
      throw error.in(file: path)
    }
  }
}

extension ModelReader {
  /// Field 1 of sequences, optionals and maps.
  fileprivate func valueName() throws(FormatError) -> String {
    var name = ""
    var reader = try WireReader(file.bytes, 0..<file.count, depth: 0, limits: limits)
    while try reader.next() {
      if reader.number == 1, reader.kind == .bytes { name = text(try self.name(reader.range)) }
    }
    return name
  }

  /// A `SequenceProto`.
  fileprivate mutating func sequence(_ slices: Slices, depth: Int) throws(FormatError) -> StoredValue {
    var elements: [StoredValue] = []
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      guard reader.kind == .bytes, (3...7).contains(reader.number) else { return }
      do throws(FormatError) {
        elements.append(try element(reader.number - 2, Slices(reader.range), depth: depth + 1))
      } catch {
        throw error.inside("values", elements.count)
      }
    }
    return .sequence(elements)
  }

  /// An `OptionalProto`; it says which kind of value it has, and has none if that value is not there.
  fileprivate mutating func optional(_ slices: Slices, depth: Int) throws(FormatError) -> StoredValue {
    var kind = 0
    var values: [Int: Slices] = [:]
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (2, .varint): kind = reader.integer32
      case (3...7, .bytes): values[reader.number - 2, default: Slices()].append(reader.range)
      default: break
      }
    }
    guard let value = values[kind] else { return .optional(nil) }
    return .optional(try element(kind, value, depth: depth + 1))
  }

  /// A `MapProto`.
  fileprivate mutating func map(_ slices: Slices, depth: Int) throws(FormatError) -> StoredValue {
    var keyType = 0
    var keys: [Int] = []
    var strings: [[UInt8]] = []
    var values = Slices()
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (2, .varint): keyType = reader.integer32
      case (3, .varint), (3, .bytes): try Packed.integers(file.bytes, reader.range, into: &keys)
      case (4, .bytes): strings.append(bytes(reader.range))
      case (5, .bytes): values.append(reader.range)
      default: break
      }
    }
    guard let element = try ElementType(code: keyType),
      element.isInteger && element.bits >= 8 || element == .string
    else {
      throw FormatError(.elementType(keyType))
    }
    guard case .sequence(let elements) = try sequence(values, depth: depth + 1) else {
      throw FormatError(.missingField("values"))
    }
    let count = element == .string ? strings.count : keys.count
    guard count == elements.count else {
      throw FormatError(.tensorLength(expected: elements.count, found: count))
    }
    let storage: Tensor.Storage
    if element == .string {
      storage = .strings(strings)
    } else {
      var data = TypedData(element, entries: TypedData.entryCount(of: count, element))
      for key in keys { data.append(entry: UInt64(bitPattern: Int64(key))) }
      storage = .bytes(data.bytes)
    }
    return .map(keys: Tensor(element: element, dimensions: [count], storage: storage), values: elements)
  }

  /// A value of the kind that ONNX gives this number.
  private mutating func element(_ kind: Int, _ slices: Slices, depth: Int) throws(FormatError) -> StoredValue
  {
    switch kind {
    case 1: return .tensor(try tensor(tensorFields(slices, depth: depth)))
    case 3: return try sequence(slices, depth: depth)
    case 4: return try map(slices, depth: depth)
    case 5: return try optional(slices, depth: depth)
    default: throw FormatError(.attributeType(kind))
    }
  }
}
