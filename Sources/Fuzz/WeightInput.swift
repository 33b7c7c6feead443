internal import Analysis
internal import Formats
internal import Network
internal import Reporting

/// Bytes as a file of weights.
enum WeightInput {
  enum Kind {
    case safetensors, index, gguf

    fileprivate var format: any WeightFormat.Type {
      switch self {
      case .safetensors: Safetensors.self
      case .index: SafetensorsIndex.self
      case .gguf: GGUF.self
      }
    }
  }

  /// Reads one format, recognised or not, and reports on what was read.
  static func read(_ bytes: UnsafeRawBufferPointer, as kind: Kind) {
    let format = kind.format
    if kind == .index { InputFile.write(shard, besides: "shard.safetensors") }
    guard let file = try? MappedFile(path: InputFile.write(bytes)) else { return }
    _ = format.recognises(file.bytes)
    guard let weights = try? format.read(file, options: ReadOptions()),
      let analysis = try? WeightAnalysis(weights)
    else { return }
    _ = JSONRenderer().render(analysis)
    _ = HTMLRenderer().render(Report(analysis))
  }

  /// A file of two tensors, for an index to name.
  private static let shard: [UInt8] = {
    let header =
      #"{"a.w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"#
      + #""a.b":{"dtype":"I8","shape":[],"data_offsets":[4,5]}}"#
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return length + header.utf8 + [0, 0, 0, 0, 0]
  }()
}
