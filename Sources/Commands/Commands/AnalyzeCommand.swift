internal import Analysis
internal import Reporting

/// `assay analyze NETWORK`: the static figures.
enum AnalyzeCommand: Command {
  static let closedForms = Option(
    "--closed-forms", help: "Totals as functions of the symbols that are not bound, such as N and S")

  static let description = CommandDescription(
    "analyze", summary: "Tell what a network costs, without running it", operands: .network,
    options: NetworkOptions.all + [
      closedForms,
      OutputOptions.format(["table", "json", "csv", "markdown"]), OutputOptions.output, OutputOptions.strict,
      OutputOptions.quiet, OutputOptions.noColor,
    ],
    examples: [
      "assay analyze Fixtures/resnet50.onnx",
      "assay analyze Fixtures/bert_base.onnx --batch 8 --dim S=128",
      "assay analyze Fixtures/bert_base.onnx --closed-forms",
      "assay analyze network.onnx --format json | jq .totals.macs",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let options = try NetworkLoading.options(arguments)
    let network = try NetworkLoading.read(arguments.operands[0])
    let analysis =
      try arguments.has(closedForms.name)
      ? NetworkLoading.analyzeWithForms(network, options) : NetworkLoading.analyze(network, options)
    let subject = Subject(analysis: analysis)
    let text = Rendering.text(of: subject, extent: .briefWithLayers, arguments, streams)
    try OutputOptions.write(text, arguments, streams)
    return try Rendering.status(of: [subject], arguments, streams)
  }
}
