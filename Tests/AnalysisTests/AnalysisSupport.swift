import Analysis
import Formats
import Network
import TestSupport

/// Analyses of fixtures and of networks written as ONNX text.
enum Analyses {
  /// Options under which `reference.json` counts: batch 1, and the sequence lengths that it names.
  static func options(of name: String) -> AnalysisOptions {
    switch name.prefix(while: { $0 != "." }) {
    case "bert_base": AnalysisOptions(inputShapes: ["input": [1, 128]])
    case "gpt2": AnalysisOptions(inputShapes: ["input": [1, 64]])
    default: AnalysisOptions()
    }
  }

  static func fixture(_ name: String) throws -> StaticAnalysis {
    try Analyzer.analyze(try NetworkReader.read(path: Fixture.path(name)), options(of: name))
  }

  /// A network of operator set 18 (unless `header` says otherwise) whose graph is `text`.
  static func network(_ text: String, header: String = #"<ir_version: 8, opset_import: ["" : 18]>"#) throws
    -> Network
  {
    let folder = try TemporaryFolder()
    return try NetworkReader.read(
      path: folder.write(Array((header + "\n" + text).utf8), to: "network.onnxtxt"))
  }

  static func text(
    _ text: String, _ options: AnalysisOptions = AnalysisOptions(),
    header: String = #"<ir_version: 8, opset_import: ["" : 18]>"#
  ) throws -> StaticAnalysis {
    try Analyzer.analyze(try network(text, header: header), options)
  }
}

extension StaticAnalysis {
  /// The name of the layer at which a peak is.
  func layerName(_ peak: Peak?) -> String? { peak.map { layers[$0.layer].name } }

  func layer(_ name: String) -> Layer? { layers.first { $0.name == name } }
}
