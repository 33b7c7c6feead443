/// Reads numbers of fixed width from the bytes of a file, never beyond their end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  var offset: Int
  let isBigEndian: Bool

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0, isBigEndian: Bool = false) {
    self.bytes = bytes
    self.offset = offset
    self.isBigEndian = isBigEndian
  }

  var remaining: Int { bytes.count - offset }

  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(FormatError) -> Number {
    let width = Number.bitWidth / 8
    guard width <= remaining else { throw FormatError(.truncated, offset: offset) }
    let number = bytes.loadUnaligned(fromByteOffset: offset, as: type)
    offset += width
    return isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
  }

  /// A count or a length, which is never more than an `Int` holds.
  mutating func count() throws(FormatError) -> Int {
    let start = offset
    guard let count = Int(exactly: try integer(UInt64.self)) else {
      throw FormatError(.truncated, offset: start)
    }
    return count
  }

  /// The place of the next `count` bytes, which are passed over.
  mutating func range(_ count: Int) throws(FormatError) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw FormatError(.truncated, offset: offset) }
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// The text at `range`; what is not UTF-8 is replaced.
  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
