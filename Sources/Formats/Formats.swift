package import Network

/// The formats that can be read.
package enum Formats {
  /// Files that hold a graph. A test compares the lists with the folder.
  package static let networks: [any Format.Type] = [TFLite.self, ONNXText.self, ONNX.self]
  /// Files that hold weights alone. They have signatures of their own, which no network begins with.
  package static let weights: [any WeightFormat.Type] = [GGUF.self, Safetensors.self, SafetensorsIndex.self]

  /// For messages: `ONNX text, ONNX, GGUF ...`.
  package static var names: String {
    (networks.map { $0.name } + weights.map { $0.name }).joined(separator: ", ")
  }
}

/// Reads a file of any known format.
package enum NetworkReader {
  package static func read(path: String, limits: Limits = Limits()) throws(FormatError) -> Network {
    try read(path: path, options: ReadOptions(limits: limits))
  }

  /// A network; a file of weights alone is refused.
  package static func read(path: String, options: ReadOptions) throws(FormatError) -> Network {
    let file = try open(path)
    if let format = weightFormat(of: file) {
      throw FormatError(.weightsOnly(format: format.name), file: path)
    }
    return try network(file, options)
  }

  /// A network or a file of weights, whichever it is.
  package static func contents(
    path: String, options: ReadOptions = ReadOptions()
  ) throws(FormatError) -> FileContents {
    let file = try open(path)
    guard let format = weightFormat(of: file) else { return .network(try network(file, options)) }
    do {
      return .weights(try format.read(file, options: options))
    } catch {
      throw error.in(file: path)
    }
  }

  private static func open(_ path: String) throws(FormatError) -> MappedFile {
    let file = try MappedFile.open(path)
    guard file.count > 0 else { throw FormatError(.empty, file: path) }
    return file
  }

  private static func weightFormat(of file: MappedFile) -> (any WeightFormat.Type)? {
    Formats.weights.first { $0.recognises(file.bytes) }
  }

  private static func network(_ file: MappedFile, _ options: ReadOptions) throws(FormatError) -> Network {
    guard let format = Formats.networks.first(where: { $0.recognises(file.bytes) }) else {
      throw FormatError(.unrecognised(resembles: ForeignFormat.guess(file.bytes)), file: file.path)
    }
    do {
      return try format.read(file, options: options)
    } catch {
      throw error.in(file: file.path)
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
