internal import Analysis
internal import Formats
internal import Network
internal import Reporting

/// `assay analyze NETWORK`: the static figures.
enum AnalyzeCommand: Command {
  static let description = CommandDescription(
    "analyze", summary: "Tell what a network costs, without running it", operands: .network,
    options: NetworkOptions.all + [
      OutputOptions.format(["table", "json", "csv", "markdown"]), OutputOptions.output, OutputOptions.strict,
      OutputOptions.quiet, OutputOptions.noColor,
    ],
    examples: [
      "assay analyze Fixtures/resnet50.onnx",
      "assay analyze Fixtures/bert_base.onnx --batch 8 --dim S=128",
      "assay analyze model.safetensors",
      "assay analyze network.onnx --format json | jq .totals.macs",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let options = try NetworkLoading.options(arguments)
    let network: Network
    switch try NetworkLoading.contents(arguments.operands[0]) {
    case .network(let read): network = read
    case .weights(let file): return try tell(try NetworkLoading.analyze(file), arguments, streams)
    }
    let analysis = try NetworkLoading.analyze(network, options)
    let subject = Subject(analysis: analysis)
    let text = Rendering.text(of: subject, extent: .briefWithLayers, arguments, streams)
    try OutputOptions.write(text, arguments, streams)
    return try Rendering.status(of: [subject], arguments, streams)
  }

  /// Without a graph, figures are never complete.
  private static func tell(
    _ weights: WeightAnalysis, _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) -> ExitStatus {
    try OutputOptions.write(Rendering.text(of: weights, arguments, streams), arguments, streams)
    guard arguments.has(OutputOptions.strict.name) else { return .done }
    throw Failure(
      .incomplete, "\(weights.file.path): the file holds no graph, so only parameters are counted")
  }
}
