/// Reads JSON (RFC 8259) strictly and remembers lines. Foundation's decoder tells neither the line of a value nor that a key stands
/// there twice, both of which someone who writes a budget by hand needs to be told.
///
/// Any bytes may come: the depth is limited, and every problem is an error.
package struct JSONReader {
  package static let depthLimit = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var line = 1

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  package static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
    let result = bytes.withUnsafeBufferPointer { bytes -> Result<JSONNode, JSONSyntaxError> in
      var reader = JSONReader(bytes)
      do throws(JSONSyntaxError) {
        return .success(try reader.document())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func document() throws(JSONSyntaxError) -> JSONNode {
    skipSpace()
    let value = try value(depth: 0)
    skipSpace()
    guard place == bytes.count else { throw problem(.expected("the end of the file")) }
    return value
  }

  private func problem(_ problem: JSONSyntaxError.Problem) -> JSONSyntaxError {
    JSONSyntaxError(line: line, problem: problem)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return
      }
      place += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    guard depth <= Self.depthLimit else { throw problem(.tooDeep(limit: Self.depthLimit)) }
    let start = line
    switch next {
    case UInt8(ascii: "{"): return JSONNode(line: start, .object(try object(depth: depth)))
    case UInt8(ascii: "["): return JSONNode(line: start, .array(try array(depth: depth)))
    case UInt8(ascii: "\""): return JSONNode(line: start, .string(try string()))
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return JSONNode(line: start, try number())
    default: throw problem(.expected("a value"))
    }
  }

  private mutating func word(
    _ word: StaticString, _ content: JSONNode.Content
  ) throws(JSONSyntaxError) -> JSONNode {
    let count = word.utf8CodeUnitCount
    guard place + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[place + $0] == word.utf8Start[$0] })
    else { throw problem(.expected("a value")) }
    place += count
    return JSONNode(line: line, content)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONNode] {
    place += 1
    var elements: [JSONNode] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return elements }
    while true {
      skipSpace()
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return elements }
      guard take(UInt8(ascii: ",")) else { throw problem(.expected("',' or ']'")) }
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> [JSONNode.Member] {
    place += 1
    var members: [JSONNode.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      let start = line
      guard next == UInt8(ascii: "\"") else { throw problem(.expected("a key in quotation marks")) }
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSONSyntaxError(line: start, problem: .duplicateKey(key))
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem(.expected("':'")) }
      skipSpace()
      members.append(JSONNode.Member(key: key, line: start, value: try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw problem(.expected("',' or '}'")) }
    }
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONNode.Content {
    let start = place
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    let leadingZero = next == UInt8(ascii: "0")
    let digits = takeDigits()
    var isValid = digits > 0 && !(leadingZero && digits > 1)
    if take(UInt8(ascii: ".")) {
      isWhole = false
      isValid = takeDigits() > 0 && isValid
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      place += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      isValid = takeDigits() > 0 && isValid
    }
    let text = String(decoding: bytes[start..<min(place, start + 400)], as: UTF8.self)
    guard isValid else { throw problem(.badNumber(text)) }
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw problem(.badNumber(text)) }
    return .number(value)
  }

  private mutating func takeDigits() -> Int {
    let start = place
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    return place - start
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    place += 1
    let start = place
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
    if next == UInt8(ascii: "\"") {
      defer { place += 1 }
      return try text(bytes[start..<place])
    }
    var content = Array(bytes[start..<place])
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        return try content.withUnsafeBufferPointer { [self] (all) throws(JSONSyntaxError) in
          try text(all[...])
        }
      case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
      case 0..<0x20: throw problem(.controlCharacter)
      default: content.append(byte)
      }
    }
    throw problem(.expected("the end of a string"))
  }

  private func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw problem(.notUTF8) }
    return text
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let byte = next else { throw problem(.badEscape) }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw problem(.badEscape)
    }
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A code point beyond the first 65,536 is written as two units, each of which alone means nothing.
    guard (0xD800..<0xDC00).contains(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw problem(.badEscape)
    }
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw problem(.badEscape) }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    guard place + 4 <= bytes.count else { throw problem(.badEscape) }
    var value: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw problem(.badEscape) }
      value = value << 4 | UInt32(digit)
    }
    place += 4
    return value
  }
}
