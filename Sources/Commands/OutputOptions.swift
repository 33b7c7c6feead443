/// The options that say how and where a result is written.
enum OutputOptions {
  static let output = Option(
    "--output", short: "-o", value: "FILE", help: "Write to a file, whole or not at all")
  static let strict = Option("--strict", help: "End with status 4 if a figure is incomplete")
  static let quiet = Option("--quiet", short: "-q", help: "No progress and no warnings")
  static let noColor = Option("--no-color", help: "No colours, as with NO_COLOR in the environment")

  static func format(_ formats: [String]) -> Option {
    Option("--format", choices: formats, help: "How to print it (default \(formats[0]))")
  }

  /// Writes `text` to the file that `arguments` name, or else to standard output.
  static func write(_ text: String, _ arguments: Arguments, _ streams: Streams) throws(Failure) {
    if let path = arguments.string(output.name) {
      try AtomicFile.write(text, to: path)
    } else {
      streams.output.write(text)
    }
  }
}
