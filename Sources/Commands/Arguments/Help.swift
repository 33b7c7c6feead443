/// The texts of `--help`.
package enum Help {
  /// What `assay --help` prints.
  package static func overview(_ commands: [CommandDescription]) -> String {
    let width = commands.map(\.name.count).max() ?? 0
    let lines = commands.map { "  \(padded($0.name, width))  \($0.summary)" }
    return """
      Assay tells what a neural network costs before it is deployed: layer by layer, counted exactly and
      measured on this machine, straight from the network's file.

      USAGE
        assay COMMAND [options]

      COMMANDS
      \(lines.joined(separator: "\n"))

      START HERE
        assay analyze network.onnx               what it costs, without running it
        assay report network.onnx -o report      the same and what it takes here, as HTML, Markdown and JSON

      'assay COMMAND --help' tells of one command; 'assay --version' prints the version.

      EXIT STATUS
        0 done                    1 a budget or baseline is exceeded   2 the command line is wrong
        3 unreadable network      4 incomplete, and --strict           5 baseline not comparable
        6 cannot be run here, or a run failed

      """
  }

  /// What `assay COMMAND --help` prints.
  package static func page(_ command: CommandDescription) -> String {
    var text = "\(command.summary).\n\nUSAGE\n  assay \(command.name)"
    text += command.operands.names.isEmpty ? "" : " \(command.operands.names)"
    text += command.options.isEmpty ? "\n" : " [options]\n"
    if !command.options.isEmpty {
      let spellings = command.options.map { spelling($0) }
      let width = min(spellings.map(\.count).max() ?? 0, 34)
      text += "\nOPTIONS\n"
      for (spelling, option) in zip(spellings, command.options) {
        let repeatable = option.isRepeatable ? " (repeatable)" : ""
        if spelling.count > width {
          text += "  \(spelling)\n  \(padded("", width))  \(option.help)\(repeatable)\n"
        } else {
          text += "  \(padded(spelling, width))  \(option.help)\(repeatable)\n"
        }
      }
    }
    if !command.examples.isEmpty {
      text += "\nEXAMPLES\n" + command.examples.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private static func spelling(_ option: Option) -> String {
    let short = option.short.map { "\($0), " } ?? ""
    return short + option.name + (option.value.map { " \($0)" } ?? "")
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
