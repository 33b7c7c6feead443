import Network

/// Decodes elements that a tensor stores as variable-length integers into the form that raw data has.
struct TypedData {
  private let element: ElementType
  private let expected: Int
  private(set) var bytes: [UInt8] = []
  /// Entries met, those beyond the expected ones too, which are not kept.
  private(set) var found = 0

  init(_ element: ElementType, entries: Int) {
    self.element = element
    expected = entries
  }

  /// The field of `TensorProto` in which elements of this type are stored when they are not raw.
  static func field(of element: ElementType) -> Int {
    switch element {
    case .float32, .complex64: 4
    case .float64, .complex128: 10
    case .string: 6
    case .int64: 7
    case .uint32, .uint64: 11
    default: 5
    }
  }

  /// Entries of that field for `count` elements: complex numbers take two, and types of 4 and 2 bits are packed into
  /// one byte an entry, as they are in raw data. Types of 6 bits are not.
  static func entryCount(of count: Int, _ element: ElementType) -> Int {
    switch element {
    case .complex64, .complex128: count * 2
    case .uint4, .int4, .float4E2M1: (count + 1) / 2
    case .uint2, .int2: (count + 3) / 4
    default: count
    }
  }

  mutating func append(_ source: UnsafeRawBufferPointer, _ range: Range<Int>) throws(FormatError) {
    try Packed.forEachInteger(source, range) { (value) throws(FormatError) in
      append(entry: value)
    }
  }

  /// Takes one entry; of its bits only those that the element type has.
  mutating func append(entry value: UInt64) {
    defer { found += 1 }
    guard found < expected else { return }
    if element.bits == 6 {
      appendSixBits(UInt8(truncatingIfNeeded: value) & 0x3F)
    } else {
      for place in 0..<max(1, element.bits / 8) {
        bytes.append(UInt8(truncatingIfNeeded: value &>> UInt64(8 * place)))
      }
    }
  }

  /// Four values in three bytes, low bits first.
  private mutating func appendSixBits(_ value: UInt8) {
    let used = found * 6 % 8
    if used == 0 {
      bytes.append(value)
    } else {
      bytes[bytes.count - 1] |= value << UInt8(used)
      if used > 2 { bytes.append(value >> UInt8(8 - used)) }
    }
  }
}
