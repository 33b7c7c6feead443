/// Text from a network's file is hostile: these make it harmless in each medium.
package enum Escaping {
  /// Control characters, and those that change the direction or the lines of the text around them, made visible:
  /// a line break as `\n`, others as `\u{202E}`.
  package static func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    guard text.unicodeScalars.contains(where: isInvisible) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isInvisible(scalar): result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// For element content and quoted attributes.
  static func html(_ text: String) -> String {
    let text = visible(text)
    guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// For running text and table cells: everything that Markdown or HTML inside it could take as markup.
  static func markdown(_ text: String) -> String {
    var result = ""
    for scalar in visible(text).unicodeScalars {
      switch scalar {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      // So that no name becomes a mention or a link to an issue.
      case "@", "#": result += "&#\(scalar.value);"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "!":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case ":" where result.hasSuffix("http") || result.hasSuffix("https"): result += "&#58;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A name as a code span, fenced by more backticks than it holds in a row; pipes are escaped as tables need it.
  static func markdownName(_ name: String) -> String {
    let text = visible(name)
    guard !text.isEmpty else { return "—" }
    var longest = 0
    var run = 0
    for character in text.unicodeScalars {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    // A table's cell ends at a pipe even inside a code span, and in plain text the escape would show: entities do in both.
    if text.unicodeScalars.contains("|") { return "<code>\(markdown(text).replacingPipes)</code>" }
    let fence = String(repeating: "`", count: longest + 1)
    let padding = longest > 0 || text.hasPrefix(" ") || text.hasSuffix(" ") ? " " : ""
    return fence + padding + text + padding + fence
  }

  /// One field (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it.
  static func csv(_ text: String) -> String {
    var field = visible(text)
    if let first = field.unicodeScalars.first(where: { $0 != " " }), "=+-@".unicodeScalars.contains(first) {
      field = "'" + field
    }
    guard field.utf8.contains(where: { ",\"\n\r;".utf8.contains($0) }) else { return field }
    var quoted = "\""
    for character in field.unicodeScalars {
      if character == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(character)
    }
    return quoted + "\""
  }
}

extension String {
  fileprivate var replacingPipes: String {
    split(separator: "\\|", omittingEmptySubsequences: false).joined(separator: "&#124;")
  }
}
