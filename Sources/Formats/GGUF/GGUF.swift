package import Network

/// GGUF, the format of llama.cpp: keys with values, a table of tensors, and their data.
/// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
package enum GGUF: WeightFormat {
  package static let name = "GGUF"

  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.prefix(4).elementsEqual("GGUF".utf8)
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> WeightFile {
    var reader = try GGUFReader(file.bytes, limits: options.limits)
    try reader.read()
    return WeightFile(
      path: file.path, format: name, fileBytes: file.count, formatVersion: reader.version,
      tensors: reader.tensors, metadata: reader.metadata, findings: reader.findings)
  }
}
