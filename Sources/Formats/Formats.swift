package import Network

/// The formats that can be read.
package enum Formats {
  package static let all: [any Format.Type] = [ONNXText.self, ONNX.self]
}

/// Reads a network from a file of any known format.
package enum NetworkReader {
  package static func read(path: String, limits: Limits = Limits()) throws(FormatError) -> Network {
    try read(path: path, options: ReadOptions(limits: limits))
  }

  package static func read(path: String, options: ReadOptions) throws(FormatError) -> Network {
    let file = try MappedFile.open(path)
    guard file.count > 0 else { throw FormatError(.empty, file: path) }
    guard let format = Formats.all.first(where: { $0.recognises(file.bytes) }) else {
      throw FormatError(.unrecognised(resembles: ForeignFormat.guess(file.bytes)), file: path)
    }
    do {
      return try format.read(file, options: options)
    } catch {
      throw error.in(file: path)
    }
  }
}

extension MappedFile {
  /// The file at `path`, or the error in terms of formats.
  static func open(_ path: String) throws(FormatError) -> MappedFile {
    do {
      return try MappedFile(path: path)
    } catch {
      throw FormatError(error)
    }
  }
}

extension FormatError {
  init(_ failure: MappedFile.Failure) {
    switch failure {
    case .cannotOpen(let path, let code): self.init(.cannotOpen(code: code), file: path)
    case .notARegularFile(let path): self.init(.notARegularFile, file: path)
    case .cannotMap(let path, let code): self.init(.cannotMap(code: code), file: path)
    }
  }
}
