internal import Analysis
internal import Profiling
internal import Reporting

/// `assay compare A B [C ...]`: side by side, with what explains the difference.
enum CompareCommand: Command {
  static let folder = Option(
    "--output", short: "-o", value: "DIR", help: "Folder for comparison.html, .md and .json")
  static let staticOnly = Option("--static", help: "Compare static figures only, run nothing")

  static let description = CommandDescription(
    "compare", summary: "Put networks side by side and explain the difference",
    operands: .init("NETWORK NETWORK [NETWORK ...]", count: 2...16),
    options: [
      folder, staticOnly, ProfileArguments.batches, ProfileArguments.threads, ProfileArguments.minimumTime,
    ]
      + [
        NetworkOptions.inputShape, NetworkOptions.dimension, LimitOptions.limit,
        ProfileArguments.instructionSet,
      ] + [
        OutputOptions.format(["table", "json", "markdown"]), OutputOptions.strict, OutputOptions.quiet,
        OutputOptions.noColor,
      ],
    examples: [
      "assay compare Fixtures/resnet50.onnx Fixtures/mobilenet_v2.onnx",
      "assay compare before.onnx after.onnx --static",
      "assay compare a.onnx b.onnx c.onnx -o comparison --batch 1,8",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    var subjects: [Subject] = []
    for path in arguments.operands { subjects.append(try subject(path, arguments, streams)) }
    guard let comparison = ComparisonSubject(subjects) else {
      throw Failure(.wrongUsage, "a comparison needs two networks or more")
    }
    let report = Report(comparison)
    if let path = arguments.string(folder.name) {
      try ReportFiles.write(
        [
          ("comparison.html", HTMLRenderer().render(report)),
          ("comparison.md", MarkdownRenderer().render(report)),
          ("comparison.json", JSONRenderer().render(comparison)),
        ], to: path)
      if !arguments.has(OutputOptions.quiet.name) {
        streams.error.write("wrote comparison.html, comparison.md and comparison.json to \(path)\n")
      }
    }
    let text =
      switch arguments.string("--format") {
      case "json": JSONRenderer().render(comparison)
      case "markdown": MarkdownRenderer().render(report)
      default: Rendering.summary(arguments, streams).render(report)
      }
    streams.output.write(text)
    return try Rendering.status(of: subjects, arguments, streams)
  }

  private static func subject(
    _ path: String, _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) -> Subject {
    guard arguments.has(staticOnly.name) else {
      return try ProfileCommand.subject(path, arguments, streams, batches: [1], measuresLayers: true)
    }
    let network = try NetworkLoading.read(path, arguments)
    let options = try ProfileArguments.options(
      for: network, arguments, batches: [1], measuresLayers: false, loadMilliseconds: 0)
    var bindings = options.analysis
    bindings.batch = options.batches.first
    return Subject(analysis: try NetworkLoading.analyze(network, bindings))
  }
}
