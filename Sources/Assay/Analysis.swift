internal import Analysis
internal import Formats
internal import Network
internal import Reporting

/// What a network costs, counted from its file without running it and without reading its weights.
///
/// ```swift
/// import Assay
///
/// let network = try analyze("resnet50.onnx")
/// print(network.macs, network.parameters)
/// ```
///
/// - Parameters:
///   - path: an ONNX file, binary or text; recognised by its content.
///   - dimensions: values of symbolic extents by name. What is left out is 1.
///   - batch: value of the inputs' leading symbolic extent.
/// - Throws: `AssayError` with one line that says what is wrong, where, and what to do.
public func analyze(
  _ path: String, dimensions: [String: Int] = [:], batch: Int? = nil
) throws(AssayError) -> NetworkAnalysis {
  let network: Network
  do throws(FormatError) {
    network = try NetworkReader.read(path: path)
  } catch {
    throw AssayError(message: error.message)
  }
  do throws(AnalysisError) {
    return NetworkAnalysis(
      try Analyzer.analyze(network, AnalysisOptions(dimensions: dimensions, batch: batch)))
  } catch {
    throw AssayError(message: "\(path): \(error.message)")
  }
}

/// Why a network could not be analyzed.
public struct AssayError: Error, Sendable, Hashable {
  /// One line: what is wrong, where, and what to do.
  public let message: String
}

/// The static figures of a network. Counts are exact; where `isComplete` is false, totals are lower bounds.
public struct NetworkAnalysis: Sendable {
  private let subject: Subject

  init(_ analysis: StaticAnalysis) { subject = Subject(analysis: analysis) }

  /// The name of the file without folder and extension.
  public var name: String { subject.analysis.network.name }

  /// Elements of trained weights, each tensor once.
  public var parameters: Int { subject.analysis.totals.parameters.learnable }

  /// Bytes of the stored weights in their own types.
  public var weightBytes: Int { subject.analysis.totals.weightBytes }

  /// Multiply-accumulates of convolutions and matrix products: one multiply and one add each.
  public var macs: Int { subject.analysis.totals.macs }

  /// Twice the MACs whose operands are floating-point numbers.
  public var flops: Int { subject.analysis.totals.flops }

  /// The most activation memory alive at once in the file's order, in bytes; nil if an extent is not known.
  public var peakActivationBytes: Int? { subject.analysis.totals.activations.peakLiveness?.extent.bytes }

  /// Whether every operator is counted.
  public var isComplete: Bool { subject.analysis.totals.completeness.isComplete }

  /// Operators whose work is not counted, by name.
  public var uncountedOperators: [String] {
    subject.analysis.totals.completeness.uncounted.map(\.operator)
  }

  /// In the order in which they execute.
  public var layers: [NetworkLayer] { subject.analysis.layers.map(NetworkLayer.init) }

  /// The report as JSON, schema `assay-report/1`.
  public var json: String { JSONRenderer().render(subject) }

  /// The report as GitHub-flavoured Markdown.
  public var markdown: String { MarkdownRenderer().render(Report(subject)) }

  /// The report as one self-contained HTML page.
  public var html: String { HTMLRenderer().render(Report(subject)) }
}

/// One layer: nodes that execute as one.
public struct NetworkLayer: Sendable, Hashable {
  /// The first node's name, as the file gives it.
  public let name: String

  /// Its operators in order, for example `Conv`, `Relu`.
  public let operators: [String]

  /// Elements of its trained weights.
  public let parameters: Int

  /// Multiply-accumulates; nil if they are not known.
  public let macs: Int?

  /// Bytes of weights and inputs read and outputs written, once each; nil if an extent is not known.
  public let bytesMoved: Int?

  init(_ layer: Layer) {
    name = layer.name
    operators = layer.operators
    parameters = layer.parameters.learnable
    macs = layer.macs
    bytesMoved = layer.bytesMoved
  }
}
