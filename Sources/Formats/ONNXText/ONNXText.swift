package import Network

/// ONNX's textual form, as `onnx.parser` of the onnx package reads it. Weights are given in place, by an external
/// file, or not at all: `float[64,3,7,7] w = {}` has a type and no data.
package enum ONNXText: Format {
  package static let name = "ONNX text"

  /// Whether the file begins with what a model in text begins with, and goes on as text.
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let head = bytes.prefix(4096)
    guard head.allSatisfy({ $0 >= 32 && $0 != 127 || TextScanner.isSpace($0) }) else { return false }
    var scanner = TextScanner(UnsafeRawBufferPointer(rebasing: head))
    guard let first = scanner.peek() else { return false }
    return first == UInt8(ascii: "<") || TextScanner.startsIdentifier(first)
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> Network {
    guard Int(littleEndian: 1) == 1 else { throw FormatError(.byteOrder) }
    var parser = TextParser(file: file, options: options)
    do {
      return try parser.network()
    } catch {
      throw error.positioned(in: file.bytes)
    }
  }
}

extension FormatError {
  /// This error with line and column of its offset, counted from 1; columns are bytes.
  func positioned(in text: UnsafeRawBufferPointer) -> FormatError {
    guard let offset, offset <= text.count, file.isEmpty else { return self }
    let before = text[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var error = self
    error.position = TextPosition(line: line, column: offset - start + 1)
    return error
  }
}
