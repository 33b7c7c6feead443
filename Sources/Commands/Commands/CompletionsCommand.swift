/// `assay completions SHELL`: prints the script that makes a shell complete assay's command lines.
enum CompletionsCommand: Command {
  static let description = CommandDescription(
    "completions", summary: "Print the completion script for a shell",
    operands: .init("bash|zsh|fish", count: 1...1, areFiles: false, choices: Completions.shells), options: [],
    examples: [
      "assay completions bash > ~/.local/share/bash-completion/completions/assay",
      "assay completions fish > ~/.config/fish/completions/assay.fish",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let shell = arguments.operands[0]
    guard let script = Completions.script(for: shell, CommandList.descriptions) else {
      throw Failure(
        .wrongUsage,
        "there are completions for \(Completions.shells.joined(separator: ", ")), not for '\(shell)'")
    }
    streams.output.write(script)
    return .done
  }
}
