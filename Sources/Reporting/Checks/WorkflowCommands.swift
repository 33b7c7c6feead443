package import Checking

/// What GitHub Actions makes of lines of a log: annotations, and how to keep names from files from becoming commands.
package enum WorkflowCommands {
  /// An error or warning for each rule that is exceeded, at most `limit` of them: the site shows no more than ten of a kind.
  package static func annotations(_ checks: [NetworkCheck], limit: Int = 20) -> String {
    var lines: [String] = []
    for check in checks {
      for judgement in check.judgements where judgement.verdict == .exceeded {
        lines.append(
          line(
            judgement.severity == .error ? "error" : "warning", check.path,
            title: "assay check: \(check.network.name)", CheckSentence.of(judgement)))
      }
      if let obstacle = check.obstacle {
        lines.append(
          line(
            "error", check.path, title: "assay check: \(check.network.name)", ObstacleText.sentence(obstacle))
        )
      }
    }
    return lines.prefix(limit).joined()
  }

  private static func line(_ command: String, _ file: String, title: String, _ message: String) -> String {
    "::\(command) file=\(property(file)),title=\(property(title))::\(data(message))\n"
  }

  /// Text behind the second `::` of a command.
  static func data(_ text: String) -> String { encoded(Escaping.visible(text), also: "") }

  static func property(_ text: String) -> String { encoded(Escaping.visible(text), also: ":,") }

  private static func encoded(_ text: String, also characters: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "\r" || scalar == "\n" || characters.unicodeScalars.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" + digits : digits)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text for the log that is no command: the runner obeys lines that begin with `::` and, in its older form, `##[` anywhere.
  /// JSON stays the same document.
  package static func harmless(_ text: String, isJSON: Bool = false) -> String {
    guard text.contains("##[") || text.contains("::") else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indented = line.drop { $0.isWhitespace }
      let safe = indented.hasPrefix("::") ? "\\" + indented : String(line)
      return safe.split(separator: "##[", omittingEmptySubsequences: false).joined(
        separator: isJSON ? "\\u0023#[" : "#\\#[")
    }.joined(separator: "\n")
  }
}
