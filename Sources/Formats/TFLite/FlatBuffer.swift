/// Reads tables, vectors and strings of a FlatBuffer. Every offset is checked before it is followed, and what is copied
/// out of the file is limited in all: a file may refer to one vector from many places.
/// https://flatbuffers.dev/internals
final class FlatBuffer {
  let bytes: UnsafeRawBufferPointer
  /// Elements that may still be copied. A class because all tables of a file draw on it.
  private var budget: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    budget = 1 << 20 + 4 * min(bytes.count, Int.max >> 3)
  }

  /// The table that the file begins with.
  func root() throws(FormatError) -> FlatTable {
    try FlatTable(self, at: Int(try load(at: 0, as: UInt32.self)))
  }

  func load<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) throws(FormatError) -> Number {
    guard offset >= 0, offset <= bytes.count - Number.bitWidth / 8 else {
      throw FormatError(.truncated, offset: max(0, min(offset, bytes.count)))
    }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// The place that an offset stored at `offset` leads to.
  func target(at offset: Int) throws(FormatError) -> Int {
    // A file is far smaller than what an `Int` holds, and `offset` is in it.
    offset + Int(try load(at: offset, as: UInt32.self))
  }

  /// The elements of the vector at `start`.
  func vector(at start: Int, elementBytes: Int) throws(FormatError) -> FlatVector {
    let count = Int(try load(at: start, as: UInt32.self))
    let first = start + 4
    guard count <= (bytes.count - first) / elementBytes else { throw FormatError(.truncated, offset: start) }
    return FlatVector(first: first, count: count, elementBytes: elementBytes)
  }

  func spend(_ count: Int, at offset: Int) throws(FormatError) {
    budget -= count
    guard budget >= 0 else { throw FormatError(.tooMany(.entries, limit: bytes.count), offset: offset) }
  }
}

/// Where the elements of a vector lie; all are in the file.
struct FlatVector {
  var first: Int
  var count: Int
  var elementBytes: Int

  var range: Range<Int> { first..<(first + count * elementBytes) }
  func place(_ index: Int) -> Int { first + index * elementBytes }
}

/// One table: fields by the number that the schema gives them, each there or not.
struct FlatTable {
  let buffer: FlatBuffer
  /// Bytes from the start of the file.
  let offset: Int
  private let fields: Range<Int>
  private let size: Int

  init(_ buffer: FlatBuffer, at offset: Int) throws(FormatError) {
    self.buffer = buffer
    self.offset = offset
    let table = offset - Int(try buffer.load(at: offset, as: Int32.self))
    let length = Int(try buffer.load(at: table, as: UInt16.self))
    size = Int(try buffer.load(at: table + 2, as: UInt16.self))
    guard length >= 4, length % 2 == 0, length <= buffer.bytes.count - table, size >= 4,
      size <= buffer.bytes.count - offset
    else { throw FormatError(.malformedTable, offset: offset) }
    fields = (table + 4)..<(table + length)
  }

  /// The place of a field of so many bytes; nil if the table does not have it.
  private func place(_ field: Int, _ byteCount: Int) throws(FormatError) -> Int? {
    guard field < fields.count / 2 else { return nil }
    let relative = Int(try buffer.load(at: fields.lowerBound + 2 * field, as: UInt16.self))
    if relative == 0 { return nil }
    guard relative >= 4, relative <= size - byteCount else {
      throw FormatError(.malformedTable, offset: offset)
    }
    return offset + relative
  }

  func has(_ field: Int) throws(FormatError) -> Bool { try place(field, 1) != nil }

  func integer<Number: FixedWidthInteger>(
    _ field: Int, as type: Number.Type, default value: Number = 0
  ) throws(FormatError) -> Number {
    guard let place = try place(field, Number.bitWidth / 8) else { return value }
    return try buffer.load(at: place, as: type)
  }

  func int32(_ field: Int, default value: Int32 = 0) throws(FormatError) -> Int {
    Int(try integer(field, as: Int32.self, default: value))
  }

  func byte(_ field: Int) throws(FormatError) -> Int { Int(try integer(field, as: UInt8.self)) }

  func flag(_ field: Int, default value: Bool = false) throws(FormatError) -> Bool {
    try integer(field, as: UInt8.self, default: value ? 1 : 0) != 0
  }

  func float(_ field: Int) throws(FormatError) -> Float {
    Float(bitPattern: try integer(field, as: UInt32.self))
  }

  func table(_ field: Int) throws(FormatError) -> FlatTable? {
    guard let place = try place(field, 4) else { return nil }
    return try FlatTable(buffer, at: try buffer.target(at: place))
  }

  func vector(_ field: Int, elementBytes: Int) throws(FormatError) -> FlatVector? {
    guard let place = try place(field, 4) else { return nil }
    return try buffer.vector(at: try buffer.target(at: place), elementBytes: elementBytes)
  }

  /// The numbers of a vector; empty where there is none.
  func integers<Number: FixedWidthInteger>(
    _ field: Int, as type: Number.Type
  ) throws(FormatError) -> [Number] {
    guard let vector = try vector(field, elementBytes: Number.bitWidth / 8) else { return [] }
    try buffer.spend(vector.count, at: vector.first)
    var result: [Number] = []
    result.reserveCapacity(vector.count)
    for index in 0..<vector.count { result.append(try buffer.load(at: vector.place(index), as: type)) }
    return result
  }

  func indices(_ field: Int) throws(FormatError) -> [Int] {
    try integers(field, as: Int32.self).map { Int($0) }
  }

  /// The text of a field, if it is there; what is not UTF-8 is replaced.
  func text(_ field: Int, limits: Limits) throws(FormatError) -> String? {
    guard let characters = try vector(field, elementBytes: 1) else { return nil }
    guard characters.count <= limits.nameBytes else {
      throw FormatError(.tooMany(.nameBytes, limit: limits.nameBytes), offset: characters.first)
    }
    try buffer.spend(characters.count, at: characters.first)
    return String(decoding: UnsafeRawBufferPointer(rebasing: buffer.bytes[characters.range]), as: UTF8.self)
  }

  /// Calls `body` with each table of a vector.
  func forEachTable(
    _ field: Int, _ name: String, _ body: (_ index: Int, _ table: FlatTable) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard let vector = try vector(field, elementBytes: 4) else { return }
    try buffer.spend(vector.count, at: vector.first)
    for index in 0..<vector.count {
      do throws(FormatError) {
        try body(index, try FlatTable(buffer, at: try buffer.target(at: vector.place(index))))
      } catch {
        throw error.at(vector.place(index)).inside(name, index)
      }
    }
  }
}
