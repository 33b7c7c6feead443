/// A command: what it is called and takes, and what it does.
package protocol Command: Sendable {
  static var description: CommandDescription { get }

  /// Does it. Data goes to `streams.output`, progress and warnings to `streams.error`.
  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus
}

/// The commands in the order in which help lists them.
package enum CommandList {
  package static let all: [any Command.Type] = [
    AnalyzeCommand.self, ProfileCommand.self, ReportCommand.self, CompareCommand.self, RunCommand.self,
    VerifyCommand.self, CheckCommand.self, HistoryCommand.self, PrintCommand.self,
    CompletionsCommand.self,
  ]

  package static var descriptions: [CommandDescription] { all.map { $0.description } }
}

/// The whole program: takes the words after its name, returns what the process ends with.
package func runAssay(_ words: [String], _ streams: Streams = .standard) -> ExitStatus {
  do throws(Failure) {
    return try dispatch(words, streams)
  } catch {
    // Messages quote names from files.
    streams.error.write("assay: \(TerminalText.visible(error.message))\n")
    return error.status
  }
}

private func dispatch(_ words: [String], _ streams: Streams) throws(Failure) -> ExitStatus {
  guard let first = words.first else {
    streams.error.write(Help.overview(CommandList.descriptions))
    throw Failure(.missingCommand)
  }
  switch first {
  case "--help", "-h":
    streams.output.write(Help.overview(CommandList.descriptions))
    return .done
  case "help":
    guard words.count > 1 else {
      streams.output.write(Help.overview(CommandList.descriptions))
      return .done
    }
    return try dispatch([words[1], "--help"], streams)
  case "--version", "version":
    streams.output.write("assay \(assayVersion)\n")
    return .done
  default: break
  }
  guard let command = CommandList.all.first(where: { $0.description.name == first }) else {
    throw Failure(
      .unknownCommand(first, suggestion: suggestion(for: first, among: CommandList.descriptions.map(\.name))))
  }
  let rest = words.dropFirst()
  if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
    streams.output.write(Help.page(command.description))
    return .done
  }
  let arguments: Arguments
  do throws(UsageError) {
    arguments = try Arguments(rest, of: command.description)
  } catch {
    throw Failure(error)
  }
  return try command.run(arguments, streams)
}

/// The version that `--version` prints and reports record; CHANGELOG.md tells what is in it.
package let assayVersion = "0.1.0"
