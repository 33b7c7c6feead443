/// What a test puts into a FlatBuffer.
package indirect enum FlatObject: Sendable {
  /// Fields by their number in the schema.
  case table([Int: FlatField])
  case text(String)
  case bytes([UInt8])
  case integers([Int32])
  case longs([Int64])
  case floats([Float])
  case objects([FlatObject])
}

package enum FlatField: Sendable {
  case byte(UInt8)
  case integer(Int32)
  case long(UInt64)
  case float(Float)
  case object(FlatObject)
}

/// Writes FlatBuffers as plainly as can be: each table behind its list of fields, every field in eight bytes of its own, what
/// a table refers to behind it.
package struct FlatBufferEncoder {
  package private(set) var bytes: [UInt8] = []

  /// A file with `root` and four characters that tell its kind.
  package init(_ root: FlatObject, identifier: String) {
    bytes = [0, 0, 0, 0] + Array(identifier.utf8)
    let place = write(root)
    patch(0, UInt32(place))
  }

  private mutating func append<Number: FixedWidthInteger>(_ value: Number) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private mutating func align(_ count: Int) {
    while bytes.count % count != 0 { bytes.append(0) }
  }

  private mutating func patch(_ place: Int, _ value: UInt32) {
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
  }

  private mutating func write(_ object: FlatObject) -> Int {
    switch object {
    case .table(let fields): return write(fields)
    case .text(let text): return write(Array(text.utf8), count: text.utf8.count) { $0.bytes += $1 + [0] }
    case .bytes(let content): return write(content, count: content.count) { $0.bytes += $1 }
    case .integers(let list): return write(list, count: list.count) { for number in $1 { $0.append(number) } }
    case .longs(let list): return write(list, count: list.count) { for number in $1 { $0.append(number) } }
    case .floats(let list):
      return write(list, count: list.count) { for number in $1 { $0.append(number.bitPattern) } }
    case .objects(let list):
      let start = write(list, count: list.count) { encoder, list in
        for _ in list { encoder.append(UInt32(0)) }
      }
      for (index, object) in list.enumerated() {
        let place = start + 4 + 4 * index
        patch(place, UInt32(write(object) - place))
      }
      return start
    }
  }

  /// A vector; answers where it begins.
  private mutating func write<Content>(
    _ content: Content, count: Int, _ body: (inout FlatBufferEncoder, Content) -> Void
  ) -> Int {
    align(8)
    // Elements of eight bytes stand on a multiple of eight.
    append(UInt32(0))
    let start = bytes.count
    append(UInt32(count))
    body(&self, content)
    return start
  }

  private mutating func write(_ fields: [Int: FlatField]) -> Int {
    align(8)
    let numbers = fields.keys.sorted()
    let list = bytes.count
    append(UInt16(4 + 2 * ((numbers.last ?? -1) + 1)))
    append(UInt16(8 + 8 * numbers.count))
    for number in 0..<((numbers.last ?? -1) + 1) {
      append(UInt16(numbers.firstIndex(of: number).map { 8 + 8 * $0 } ?? 0))
    }
    align(8)
    let table = bytes.count
    append(Int32(table - list))
    append(UInt32(0))
    var objects: [(place: Int, object: FlatObject)] = []
    for number in numbers {
      let place = bytes.count
      switch fields[number] {
      case .byte(let value): append(UInt64(value))
      case .integer(let value): append(UInt64(UInt32(bitPattern: value)))
      case .long(let value): append(value)
      case .float(let value): append(UInt64(value.bitPattern))
      case .object(let object):
        append(UInt64(0))
        objects.append((place, object))
      case nil: break
      }
    }
    for (place, object) in objects { patch(place, UInt32(write(object) - place)) }
    return table
  }
}
