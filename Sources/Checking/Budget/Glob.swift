/// A pattern over names: `*` stands for any text, `?` for one character, a backslash takes the next character as it is.
package struct Glob: Sendable, Hashable {
  package let text: String
  private let parts: [Part]

  private enum Part: Sendable, Hashable {
    case anyText
    case anyCharacter
    case character(Character)
  }

  package init(_ text: String) {
    self.text = text
    var parts: [Part] = []
    var isEscaped = false
    for character in text {
      switch character {
      case "\\" where !isEscaped:
        isEscaped = true
        continue
      case "*" where !isEscaped: if parts.last != .anyText { parts.append(.anyText) }
      case "?" where !isEscaped: parts.append(.anyCharacter)
      default: parts.append(.character(character))
      }
      isEscaped = false
    }
    self.parts = parts
  }

  /// Goes back only to the last `*`, so no pattern takes longer than its length times the name's.
  package func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (part, place) = (0, 0)
    var retry: (part: Int, place: Int)?
    while place < name.count {
      if part < parts.count, parts[part] == .anyText {
        retry = (part, place)
        part += 1
      } else if part < parts.count, parts[part] == .anyCharacter || parts[part] == .character(name[place]) {
        part += 1
        place += 1
      } else if let last = retry {
        part = last.part + 1
        place = last.place + 1
        retry = (last.part, last.place + 1)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .anyText }
  }
}
