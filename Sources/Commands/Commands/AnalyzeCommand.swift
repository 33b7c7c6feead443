internal import Analysis
internal import Formats
internal import Network
internal import Reporting

/// `assay analyze NETWORK`: the static figures.
enum AnalyzeCommand: Command {
  static let closedForms = Option(
    "--closed-forms", help: "Totals as functions of the symbols that are not bound, such as N and S")

  static let description = CommandDescription(
    "analyze", summary: "Tell what a network costs, without running it", operands: .network,
    options: NetworkOptions.all + [
      closedForms, ViewOptions.sweep, ViewOptions.depth, LimitOptions.limit,
      OutputOptions.format(["table", "json", "csv", "markdown"]), OutputOptions.output, OutputOptions.strict,
      OutputOptions.quiet, OutputOptions.noColor,
    ],
    examples: [
      "assay analyze Fixtures/resnet50.onnx",
      "assay analyze Fixtures/bert_base.onnx --batch 8 --dim S=128",
      "assay analyze Fixtures/bert_base.onnx --closed-forms",
      "assay analyze Fixtures/gpt2.onnx --sweep S=64..1024:x2",
      "assay analyze Fixtures/resnet50.onnx --depth 1",
      "assay analyze model.safetensors",
      "assay analyze network.onnx --format json | jq .totals.macs",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let options = try NetworkLoading.options(arguments)
    HeapRoom.prepare()
    let network: Network
    switch try NetworkLoading.contents(arguments.operands[0], arguments) {
    case .network(let read): network = read
    case .weights(let file): return try tell(try NetworkLoading.analyze(file), arguments, streams)
    }
    let depth = try ViewOptions.moduleDepth(arguments)
    var analysis = try ViewOptions.analyze(network, options, arguments)
    if arguments.has(closedForms.name) {
      analysis.closedForms = try NetworkLoading.closedForms(network, options, analysis.bindings)
    }
    let subject = Subject(analysis: analysis, moduleDepth: depth)
    let isRearranged = depth != nil || analysis.sweep != nil
    let text = Rendering.text(
      of: subject, extent: isRearranged ? .brief : .briefWithLayers, arguments, streams)
    try OutputOptions.write(text, arguments, streams)
    streams.abandon((network, subject))
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
