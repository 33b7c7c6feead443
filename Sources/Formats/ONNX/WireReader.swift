import Network

/// Walks the fields of one protobuf message without copying anything.
///
/// Fields come in any order; unknown ones are the caller's to pass over. Every read is checked against the end of the
/// message.
struct WireReader {
  enum Kind: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    /// A group, already skipped; ONNX has none.
    case group = 3
    case fixed32 = 5
  }

  /// The current field.
  private(set) var number = 0
  private(set) var kind = Kind.varint
  /// Value of a varint or fixed field.
  private(set) var scalar: UInt64 = 0
  /// Where the field's payload stands in the file: content of a length-delimited field, bytes of a number.
  private(set) var range = 0..<0
  /// Where the field's tag stands in the file.
  private(set) var offset = 0

  /// Messages around this one.
  let depth: Int
  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  private let end: Int
  private let limits: Limits

  /// Reads the message at `range` of `bytes`, which lies within them.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int, limits: Limits) throws(FormatError) {
    guard depth <= limits.depth else {
      throw FormatError(.tooMany(.depth, limit: limits.depth), offset: range.lowerBound)
    }
    self.bytes = bytes
    self.depth = depth
    self.limits = limits
    position = range.lowerBound
    end = range.upperBound
  }

  /// Moves to the next field; false at the end of the message.
  mutating func next() throws(FormatError) -> Bool {
    guard position < end else { return false }
    offset = position
    let tag = try varint()
    try read(tag)
    if kind == .group { try skipGroup(number) }
    return true
  }

  /// The current field as a signed number of 64 bits.
  var integer: Int { Int(truncatingIfNeeded: scalar) }

  /// The current field's low 32 bits, which is how protobuf reads an `int32` or an enumeration.
  var integer32: Int { Int(Int32(truncatingIfNeeded: scalar)) }

  private mutating func read(_ tag: UInt64) throws(FormatError) {
    guard tag <= UInt64(UInt32.max), tag >> 3 != 0, tag & 7 != 4 else {
      throw FormatError(tag & 7 == 4 && tag >> 3 != 0 ? .unmatchedGroup : .malformedTag(tag), offset: offset)
    }
    guard let kind = Kind(rawValue: UInt8(tag & 7)) else {
      throw FormatError(.malformedTag(tag), offset: offset)
    }
    self.kind = kind
    number = Int(tag >> 3)
    let start = position
    switch kind {
    case .varint:
      scalar = try varint()
      range = start..<position
    case .fixed32: try readFixed(4)
    case .fixed64: try readFixed(8)
    case .bytes:
      let length = try varint()
      guard length <= UInt64(end - position) else { throw FormatError(.truncated, offset: offset) }
      range = position..<(position + Int(length))
      position = range.upperBound
    case .group: break
    }
  }

  private mutating func readFixed(_ count: Int) throws(FormatError) {
    guard end - position >= count else { throw FormatError(.truncated, offset: offset) }
    range = position..<(position + count)
    scalar = 0
    for place in 0..<count { scalar |= UInt64(bytes[position + place]) &<< UInt64(8 * place) }
    position += count
  }

  /// A number of seven bits a byte, low bits first. Bits beyond the 64th are dropped, as protobuf does.
  private mutating func varint() throws(FormatError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      result |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return result }
      shift += 7
      if shift > 63 { throw FormatError(.malformedNumber, offset: offset) }
    }
    throw FormatError(.truncated, offset: offset)
  }

  private mutating func skipGroup(_ opening: Int) throws(FormatError) {
    var open = [opening]
    while let innermost = open.last {
      guard position < end else { throw FormatError(.truncated, offset: offset) }
      let tag = try varint()
      if tag & 7 == 4 {
        guard tag >> 3 == UInt64(innermost) else { throw FormatError(.unmatchedGroup, offset: offset) }
        open.removeLast()
        continue
      }
      try read(tag)
      if kind == .group { open.append(number) }
      guard depth + open.count <= limits.depth else {
        throw FormatError(.tooMany(.depth, limit: limits.depth), offset: offset)
      }
    }
    kind = .group
    number = opening
  }
}

/// The places of one message in a file. Usually one; protobuf merges a message that is given in several pieces.
struct Slices {
  private(set) var first: Range<Int>?
  private var rest: [Range<Int>] = []

  init() {}
  init(_ range: Range<Int>) { first = range }

  var isEmpty: Bool { first == nil }

  mutating func append(_ range: Range<Int>) {
    if first == nil { first = range } else { rest.append(range) }
  }

  /// Calls `body` at every field of every piece in turn.
  func forEachField(
    _ bytes: UnsafeRawBufferPointer, depth: Int, limits: Limits,
    _ body: (inout WireReader) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard let first else { return }
    var reader = try WireReader(bytes, first, depth: depth, limits: limits)
    while try reader.next() { try body(&reader) }
    for piece in rest {
      var reader = try WireReader(bytes, piece, depth: depth, limits: limits)
      while try reader.next() { try body(&reader) }
    }
  }
}
