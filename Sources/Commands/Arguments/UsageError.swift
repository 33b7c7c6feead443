/// A command line that cannot be followed.
package enum UsageError: Error, Equatable {
  case missingCommand
  case unknownCommand(String, suggestion: String?)
  case unknownOption(String, command: String, suggestion: String?)
  case missingValue(option: String)
  case unexpectedValue(option: String)
  case repeated(option: String)
  case invalidValue(option: String, value: String, expected: String)
  case missingOperand(String, command: String)
  case excessOperand(String, command: String)

  /// One line: what is wrong and what to do.
  package var message: String {
    switch self {
    case .missingCommand: "no command given; see 'assay --help'"
    case .unknownCommand(let word, let suggestion):
      "there is no command '\(word)'" + hint(suggestion, otherwise: "see 'assay --help'")
    case .unknownOption(let word, let command, let suggestion):
      "'\(command)' has no option '\(word)'" + hint(suggestion, otherwise: "see 'assay \(command) --help'")
    case .missingValue(let option): "option '\(option)' needs a value"
    case .unexpectedValue(let option): "option '\(option)' takes no value"
    case .repeated(let option): "option '\(option)' is given twice"
    case .invalidValue(let option, let value, let expected):
      "'\(value)' is no value for '\(option)': expected \(expected)"
    case .missingOperand(let names, let command):
      "'\(command)' needs \(names); see 'assay \(command) --help'"
    case .excessOperand(let word, let command):
      "'\(command)' does not take '\(word)'; see 'assay \(command) --help'"
    }
  }

  private func hint(_ suggestion: String?, otherwise: String) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? "; \(otherwise)"
  }
}
