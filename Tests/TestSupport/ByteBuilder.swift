/// Builds files of fixed-width numbers, so that a test can say exactly what a file holds, wrong things too.
package struct ByteBuilder {
  package private(set) var bytes: [UInt8] = []
  private let isBigEndian: Bool
  package init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  package mutating func raw(_ raw: some Sequence<UInt8>) { bytes += raw }

  package mutating func integer<Number: FixedWidthInteger>(_ value: Number) {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { bytes += $0 }
  }

  /// A text after its length in eight bytes.
  package mutating func text(_ text: String) {
    integer(UInt64(text.utf8.count))
    raw(text.utf8)
  }

  package mutating func pad(to alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }
}
