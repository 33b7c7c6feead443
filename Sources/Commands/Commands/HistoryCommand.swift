internal import Reporting

/// `assay history FILE`: how figures went over the runs of `assay check --history`.
enum HistoryCommand: Command {
  static let folder = Option(
    "--output", short: "-o", value: "DIR", help: "Folder for history.html and history.md")

  static let description = CommandDescription(
    "history", summary: "Show how figures went from commit to commit, and where they moved",
    operands: .init("FILE", count: 1...1),
    options: [
      folder, OutputOptions.format(["table", "markdown"]), OutputOptions.quiet, OutputOptions.noColor,
    ],
    examples: [
      "assay check network.onnx --history history.jsonl --commit 1a2b3c4",
      "assay history history.jsonl -o trend",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let path = arguments.operands[0]
    let history = try HistoryFile.read(path)
    let report = Report(history, file: path)
    if let path = arguments.string(folder.name) {
      try ReportFiles.write(
        [
          ("history.html", HTMLRenderer().render(report)), ("history.md", MarkdownRenderer().render(report)),
        ], to: path)
      if !arguments.has(OutputOptions.quiet.name) {
        streams.error.write("wrote history.html and history.md to \(path)\n")
      }
    }
    streams.output.write(
      arguments.string("--format") == "markdown"
        ? MarkdownRenderer().render(report)
        : Rendering.summary(arguments, streams).render(Report(history, file: path, extent: .brief)))
    return .done
  }
}
