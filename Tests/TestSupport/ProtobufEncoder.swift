/// Builds protobuf messages byte by byte, so that a test can say exactly what a file holds, wrong things too.
package struct ProtobufEncoder {
  package private(set) var bytes: [UInt8] = []
  package init() {}
  package init(_ build: (inout ProtobufEncoder) -> Void) { build(&self) }

  package mutating func raw(_ raw: [UInt8]) { bytes += raw }

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func tag(_ field: Int, _ wireType: Int) { varint(UInt64(field << 3 | wireType)) }

  package mutating func integer(_ field: Int, _ value: Int) {
    tag(field, 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func bytes(_ field: Int, _ value: [UInt8]) {
    tag(field, 2)
    varint(UInt64(value.count))
    bytes += value
  }

  package mutating func string(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }

  package mutating func message(_ field: Int, _ build: (inout ProtobufEncoder) -> Void) {
    bytes(field, ProtobufEncoder(build).bytes)
  }

  package mutating func message(_ field: Int, _ message: ProtobufEncoder) { bytes(field, message.bytes) }

  package mutating func float(_ field: Int, _ value: Float) {
    tag(field, 5)
    littleEndian(UInt64(value.bitPattern), count: 4)
  }

  package mutating func double(_ field: Int, _ value: Double) {
    tag(field, 1)
    littleEndian(value.bitPattern, count: 8)
  }

  /// Numbers without tags of their own.
  package mutating func packed(_ field: Int, integers: [Int]) {
    message(field) { for value in integers { $0.varint(UInt64(bitPattern: Int64(value))) } }
  }

  package mutating func packed(_ field: Int, floats: [Float]) {
    message(field) { for value in floats { $0.littleEndian(UInt64(value.bitPattern), count: 4) } }
  }

  package mutating func packed(_ field: Int, doubles: [Double]) {
    message(field) { for value in doubles { $0.littleEndian(value.bitPattern, count: 8) } }
  }

  private mutating func littleEndian(_ value: UInt64, count: Int) {
    for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place))) }
  }
}
