package import Network

/// ONNX's binary form: a protobuf message of type `ModelProto`.
package enum ONNX: Format {
  package static let name = "ONNX"

  /// The format has no magic number, so this asks whether the first field is one that a `ModelProto` has.
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first else { return false }
    switch (first >> 3, first & 7) {
    case (1, 0), (5, 0), (2, 2), (3, 2), (4, 2), (6, 2), (7, 2), (8, 2), (14, 2): return true
    // Fields 20, 25 and 26 have tags of two bytes.
    default: return bytes.count > 1 && [0xA2, 0xCA, 0xD2].contains(first) && bytes[1] == 1
    }
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> Network {
    guard Int(littleEndian: 1) == 1 else { throw FormatError(.byteOrder) }
    var reader = ModelReader(file: file, options: options)
    return try reader.read()
  }
}
