/// Writes values as the toolchain's encoder does: pretty printed, keys sorted, slashes as they are. A large network's report
/// has millions of values, and the encoder keeps an object for each, which took three times the time and the memory of this.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue, depth: Int = 0) {
    switch value {
    case .null: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .integer(let value): append("\(value)")
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let values): write(values, depth: depth)
    case .object(let members): write(members, depth: depth)
    }
  }

  mutating func endLine() { append("\n") }

  private mutating func write(_ members: [JSONValue.Member], depth: Int) {
    write(members.sorted { $0.key < $1.key }, between: "{", "}", depth: depth) { writer, member in
      writer.write(member.key)
      writer.append(" : ")
      writer.write(member.value, depth: depth + 1)
    }
  }

  private mutating func write(_ values: [JSONValue], depth: Int) {
    write(values, between: "[", "]", depth: depth) { writer, value in writer.write(value, depth: depth + 1) }
  }

  /// Elements on lines of their own; without any, an empty one.
  private mutating func write<Element>(
    _ elements: [Element], between opening: String, _ closing: String, depth: Int,
    _ element: (inout JSONWriter, Element) -> Void
  ) {
    append(opening)
    var separator = "\n"
    for each in elements {
      append(separator)
      separator = ",\n"
      indent(depth + 1)
      element(&self, each)
    }
    append(elements.isEmpty ? "\n\n" : "\n")
    indent(depth)
    append(closing)
  }

  /// A number that is none is null.
  private mutating func write(_ number: Double) {
    guard number.isFinite else { return append("null") }
    let text = "\(number)"
    append(text.hasSuffix(".0") ? text.dropLast(2) : text[...])
  }

  private mutating func write(_ string: String) {
    var string = string
    append("\"")
    string.withUTF8 { characters in
      if characters.contains(where: Self.isEscaped) {
        for character in characters { escape(character) }
      } else {
        bytes.append(contentsOf: characters)
      }
    }
    append("\"")
  }

  private mutating func escape(_ character: UInt8) {
    switch character {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case 0x08: append("\\b")
    case 0x0C: append("\\f")
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\r"): append("\\r")
    case UInt8(ascii: "\t"): append("\\t")
    case ..<0x10: append("\\u000" + String(character, radix: 16))
    case ..<0x20: append("\\u00" + String(character, radix: 16))
    default: bytes.append(character)
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func append(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

  private mutating func indent(_ depth: Int) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }
}
