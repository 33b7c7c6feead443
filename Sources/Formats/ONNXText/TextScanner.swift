/// Walks a text byte by byte: blanks, punctuation, identifiers, strings and numbers.
///
/// Only ASCII has meaning; other bytes stand in strings and comments.
struct TextScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  enum Literal {
    /// Digits with or without a sign, as they stand in the text.
    case integer(String)
    case float(String)
    case string([UInt8])
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
  static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  static func isAlphabetic(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
  static func startsIdentifier(_ byte: UInt8) -> Bool { isAlphabetic(byte) || byte == UInt8(ascii: "_") }
  static func continuesIdentifier(_ byte: UInt8) -> Bool { startsIdentifier(byte) || isDigit(byte) }

  /// Whether `text` is an identifier as a whole.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    return startsIdentifier(first) && text.utf8.allSatisfy(continuesIdentifier)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Moves to the next byte that is neither blank nor in a comment.
  mutating func skipSpace() {
    while let byte = current {
      if byte == UInt8(ascii: "#") {
        while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
      } else if Self.isSpace(byte) {
        position += 1
      } else {
        return
      }
    }
  }

  /// The next byte that counts; nil at the end.
  mutating func peek() -> UInt8? {
    skipSpace()
    return current
  }

  /// Where the next byte that counts stands.
  mutating func start() -> Int {
    skipSpace()
    return position
  }

  mutating func next(is character: Unicode.Scalar) -> Bool { peek() == UInt8(ascii: character) }

  /// Passes over `character` if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next(is: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(FormatError) {
    guard take(character) else { throw unexpected("'\(character)'") }
  }

  /// `=>`, whose two characters must touch.
  mutating func expectArrow() throws(FormatError) {
    guard next(is: "="), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: ">") else {
      throw unexpected("'=>'")
    }
    position += 2
  }

  /// An identifier, or nil if none comes next.
  mutating func identifier() -> String? {
    guard let range = identifierRange() else { return nil }
    position = range.upperBound
    return String(decoding: bytes[range], as: UTF8.self)
  }

  mutating func peekIdentifier() -> String? {
    identifierRange().map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private mutating func identifierRange() -> Range<Int>? {
    guard let first = peek(), Self.startsIdentifier(first) else { return nil }
    var end = position + 1
    while end < bytes.count, Self.continuesIdentifier(bytes[end]) { end += 1 }
    return position..<end
  }

  mutating func expectIdentifier(_ what: String = "an identifier") throws(FormatError) -> String {
    guard let identifier = identifier() else { throw unexpected(what) }
    return identifier
  }

  /// An identifier or a quoted string; nil if neither comes next.
  mutating func name() throws(FormatError) -> String? {
    next(is: "\"") ? String(decoding: try string(), as: UTF8.self) : identifier()
  }

  mutating func expectName(_ what: String = "a name") throws(FormatError) -> String {
    guard let name = try name() else { throw unexpected(what) }
    return name
  }

  mutating func expectText() throws(FormatError) -> String { String(decoding: try string(), as: UTF8.self) }

  /// A string in double quotes. A backslash stands for the byte that follows it, whichever that is.
  mutating func string() throws(FormatError) -> [UInt8] {
    try expect("\"")
    let start = position - 1
    var result: [UInt8] = []
    while let byte = current {
      position += 1
      if byte == UInt8(ascii: "\"") { return result }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = current else { break }
        position += 1
        result.append(escaped)
      } else {
        result.append(byte)
      }
    }
    throw FormatError(
      .syntax(expected: "the end of the string that begins here", found: "the end"), offset: start)
  }

  /// A number or string. `inf`, `infinity` and `nan` in any case are numbers.
  mutating func literal() throws(FormatError) -> Literal {
    if next(is: "\"") { return .string(try string()) }
    let start = position
    _ = take("-")
    if let byte = current, Self.isAlphabetic(byte), let word = identifier() {
      guard Self.isFloatWord(word) else { throw unexpected("a value", at: start) }
      return .float(text(from: start))
    }
    guard let byte = current, Self.isDigit(byte) else { throw unexpected("a value", at: start) }
    skipDigits()
    var isFloat = false
    if current == UInt8(ascii: ".") {
      isFloat = true
      position += 1
      skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isFloat = true
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard let byte = current, Self.isDigit(byte) else { throw unexpected("an exponent") }
      skipDigits()
    }
    return isFloat ? .float(text(from: start)) : .integer(text(from: start))
  }

  static func isFloatWord(_ word: String) -> Bool { ["inf", "infinity", "nan"].contains(word.lowercased()) }

  mutating func expectInteger() throws(FormatError) -> Int {
    let start = start()
    guard case .integer(let digits) = try literal() else { throw unexpected("an integer", at: start) }
    guard let value = Int(digits) else { throw unexpected("an integer of 64 bits", at: start) }
    return value
  }

  private mutating func skipDigits() {
    while let byte = current, Self.isDigit(byte) { position += 1 }
  }

  private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  /// The error that something else was expected, here or at `place`.
  func unexpected(_ expected: String, at place: Int? = nil) -> FormatError {
    var scanner = self
    scanner.position = place ?? position
    scanner.skipSpace()
    let start = scanner.position
    let found: String
    if let identifier = scanner.identifier() {
      found = "'\(identifier.prefix(40))'"
    } else if let byte = scanner.current {
      found = (33..<127).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    } else {
      found = "the end"
    }
    return FormatError(.syntax(expected: expected, found: found), offset: start)
  }
}
