internal import Analysis
internal import Formats
internal import Network
internal import Reporting

/// Bytes as a network.
enum NetworkInput {
  enum Kind {
    case onnx, text, tflite

    fileprivate var format: any Format.Type {
      switch self {
      case .onnx: ONNX.self
      case .text: ONNXText.self
      case .tflite: TFLite.self
      }
    }
  }

  /// Analysis takes time in proportion to the nodes, and instrumented code twice as much: two seconds are meant to find what
  /// grows faster.
  private static var options: ReadOptions {
    var limits = Limits()
    limits.expandedNodes = 20_000
    return ReadOptions(limits: limits)
  }

  /// Reads one format, recognised or not, and prints what was read.
  static func read(_ bytes: UnsafeRawBufferPointer, as kind: Kind) {
    guard let network = network(bytes, kind) else { return }
    _ = ONNXTextPrinter.text(of: network)
  }

  /// Analyzes and renders a network of one format.
  static func analyze(_ bytes: UnsafeRawBufferPointer, as kind: Kind) {
    guard let network = network(bytes, kind) else { return }
    analyze(network)
  }

  /// The same of a network in any format.
  static func analyze(_ bytes: UnsafeRawBufferPointer) {
    guard let network = try? NetworkReader.read(path: InputFile.write(bytes), options: options) else {
      return
    }
    analyze(network)
  }

  private static func network(_ bytes: UnsafeRawBufferPointer, _ kind: Kind) -> Network? {
    guard let file = try? MappedFile(path: InputFile.write(bytes)) else { return nil }
    return try? kind.format.read(file, options: options)
  }

  private static func analyze(_ network: Network) {
    guard let analysis = try? Analyzer.analyze(network) else { return }
    let subject = Subject(analysis: analysis)
    _ = JSONRenderer().render(subject)
    _ = HTMLRenderer().render(Report(subject))
  }
}
