internal import Analysis
internal import Reporting

/// From results to text in the format that the command line asks for.
enum Rendering {
  static func text(
    of subject: Subject, extent: Report.Extent, _ arguments: Arguments, _ streams: Streams
  ) -> String {
    switch arguments.string("--format") {
    case "json": JSONRenderer().render(subject)
    case "csv": csv(subject)
    case "markdown": MarkdownRenderer().render(Report(subject))
    default: terminal(arguments, streams).render(Report(subject, extent: extent))
    }
  }

  /// The sweep or the modules where they were asked for, else the layers.
  private static func csv(_ subject: Subject) -> String {
    let renderer = CSVRenderer()
    if let sweep = subject.analysis.sweep { return renderer.render(sweep) }
    return renderer.renderModules(of: subject) ?? renderer.render(subject)
  }

  static func text(
    of weights: WeightAnalysis, _ arguments: Arguments, _ streams: Streams
  ) -> String {
    switch arguments.string("--format") {
    case "json": JSONRenderer().render(weights)
    case "csv": CSVRenderer().render(weights)
    case "markdown": MarkdownRenderer().render(Report(weights))
    default: terminal(arguments, streams).render(Report(weights, extent: .briefWithLayers))
    }
  }

  /// For standard output as it is: its width and its colours; plain where a file is written.
  static func terminal(_ arguments: Arguments, _ streams: Streams) -> TerminalRenderer {
    arguments.string(OutputOptions.output.name) == nil ? summary(arguments, streams) : TerminalRenderer()
  }

  /// For what a command prints beside the files that it writes.
  static func summary(_ arguments: Arguments, _ streams: Streams) -> TerminalRenderer {
    let usesColor = streams.output.wantsColor && !arguments.has(OutputOptions.noColor.name)
    return TerminalRenderer(width: streams.output.width, usesColor: usesColor)
  }

  /// 4 where figures are incomplete and `--strict` was given, with the operators named.
  static func status(
    of subjects: [Subject], _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) -> ExitStatus {
    guard arguments.has(OutputOptions.strict.name) else { return .done }
    for subject in subjects {
      let uncounted = subject.analysis.totals.completeness.uncounted
      if uncounted.isEmpty { continue }
      let names = uncounted.map { "\($0.operator) (\($0.count))" }.joined(separator: ", ")
      throw Failure(
        .incomplete, "\(subject.analysis.network.path): figures are lower bounds, not counted: \(names)")
    }
    return .done
  }
}
