/// Numbers back to back, as protobuf packs them. One number alone is the same with a count of one.
enum Packed {
  static func floats(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, into list: inout [Float]
  ) throws(FormatError) {
    guard range.count % 4 == 0 else { throw FormatError(.truncated, offset: range.lowerBound) }
    for place in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      list.append(Float(bitPattern: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }
  }

  static func integers(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, into list: inout [Int]
  ) throws(FormatError) {
    try forEachInteger(bytes, range) { (value) throws(FormatError) in
      list.append(Int(truncatingIfNeeded: value))
    }
  }

  /// Calls `body` with each number in turn.
  @inline(__always)
  static func forEachInteger(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: (UInt64) throws(FormatError) -> Void
  ) throws(FormatError) {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    for place in range {
      let byte = bytes[place]
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 {
        try body(value)
        value = 0
        shift = 0
      } else {
        shift += 7
        if shift > 63 { throw FormatError(.malformedNumber, offset: place) }
      }
    }
    if shift > 0 { throw FormatError(.truncated, offset: range.lowerBound) }
  }
}
