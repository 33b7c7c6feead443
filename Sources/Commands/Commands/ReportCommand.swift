internal import Reporting

/// `assay report NETWORK -o DIR`: static and measured, merged into three files.
enum ReportCommand: Command {
  static let folder = Option(
    "--output", short: "-o", value: "DIR", help: "Folder for report.html, report.md and report.json")

  static let description = CommandDescription(
    "report", summary: "Write static and measured figures as HTML, Markdown and JSON", operands: .network,
    options: [folder, ProfileArguments.batches, ProfileArguments.threads, ProfileArguments.minimumTime]
      + [
        NetworkOptions.inputShape, NetworkOptions.dimension, NetworkOptions.tripCount,
        ProfileArguments.instructionSet,
      ]
      + [OutputOptions.strict, OutputOptions.quiet, OutputOptions.noColor],
    examples: [
      "assay report Fixtures/resnet50.onnx -o report",
      "assay report Fixtures/mobilenet_v2.onnx -o report --batch 1,2,4,8,16 --threads 2",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    guard let path = arguments.string(folder.name) else {
      throw Failure(.wrongUsage, "'report' needs a folder to write to: -o DIR")
    }
    let subject = try ProfileCommand.subject(
      arguments.operands[0], arguments, streams, batches: [1, 2, 4, 8], measuresLayers: true)
    let report = Report(subject)
    try ReportFiles.write(
      [
        ("report.html", HTMLRenderer().render(report)), ("report.md", MarkdownRenderer().render(report)),
        ("report.json", JSONRenderer().render(subject)),
      ], to: path)
    streams.output.write(Rendering.summary(arguments, streams).render(Report(subject, extent: .brief)))
    if !arguments.has(OutputOptions.quiet.name) {
      streams.error.write("wrote report.html, report.md and report.json to \(path)\n")
    }
    return try Rendering.status(of: [subject], arguments, streams)
  }
}

/// Files of one report, put in their folder together.
enum ReportFiles {
  static func write(_ files: [(name: String, text: String)], to folder: String) throws(Failure) {
    try AtomicFile.makeFolder(folder)
    try AtomicFile.writeAll(files.map { ("\(folder)/\($0.name)", Array($0.text.utf8)) })
  }
}
