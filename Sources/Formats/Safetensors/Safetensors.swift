package import Network

/// The safetensors format: the length of a header, the header in JSON, and the data of all tensors back to back.
/// https://github.com/huggingface/safetensors
package enum Safetensors: WeightFormat {
  package static let name = "safetensors"

  /// The most bytes that the format allows a header.
  static let headerLimit = 100_000_000

  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return false }
    var reader = ByteReader(bytes)
    return (try? reader.count()).map { $0 <= headerLimit } ?? false
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> WeightFile {
    var header = SafetensorsHeader(limits: options.limits)
    try header.read(file.bytes)
    return WeightFile(
      path: file.path, format: name, fileBytes: file.count, tensors: header.tensors, metadata: header.metadata
    )
  }
}
