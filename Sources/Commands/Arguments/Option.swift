/// An option of a command: how it is spelled, what it takes, what it does.
package struct Option: Sendable, Hashable {
  /// With its dashes, for example `--batch`.
  package let name: String
  /// For example `-o`; nil where there is none.
  package let short: String?
  /// What stands for the value in help, for example `1,2,4,8`; nil for a flag.
  package let value: String?
  /// The values that are allowed, where the list is closed.
  package let choices: [String]
  package let isRepeatable: Bool
  package let help: String

  package init(
    _ name: String, short: String? = nil, value: String? = nil, choices: [String] = [],
    isRepeatable: Bool = false,
    help: String
  ) {
    self.name = name
    self.short = short
    self.value = choices.isEmpty ? value : choices.joined(separator: "|")
    self.choices = choices
    self.isRepeatable = isRepeatable
    self.help = help
  }
}

/// What a command is called and what it takes: read by the argument reader, the help and the shell completions.
package struct CommandDescription: Sendable {
  package let name: String
  /// One line.
  package let summary: String
  package let operands: Operands
  package let options: [Option]
  /// Command lines that a reader can copy.
  package let examples: [String]

  package init(
    _ name: String, summary: String, operands: Operands, options: [Option], examples: [String]
  ) {
    self.name = name
    self.summary = summary
    self.operands = operands
    self.options = options
    self.examples = examples
  }

  /// What stands on the command line beside the options.
  package struct Operands: Sendable {
    package let names: String
    package let count: ClosedRange<Int>
    /// Whether shells should offer file names.
    package let areFiles: Bool
    package let choices: [String]

    package init(_ names: String, count: ClosedRange<Int>, areFiles: Bool = true, choices: [String] = []) {
      self.names = names
      self.count = count
      self.areFiles = areFiles
      self.choices = choices
    }

    package static let network = Operands("NETWORK", count: 1...1)
  }
}
