package import Network

package enum ONNXText: Format {
  package static let name = "ONNX text"
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool { false }
  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> Network {
    throw FormatError(.empty)
  }
}
