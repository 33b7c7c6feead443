/// Writes values as UTF-8: a large network's report has millions of them.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .integer(let value): append("\(value)")
    case .number(let value): append(value.isFinite ? "\(value)" : "null")
    case .string(let value): write(value)
    case .array(let values): write(values, depth: depth)
    case .object(let members): write(members, depth: depth)
    }
  }

  private mutating func write(_ members: [JSONValue.Member], depth: Int) {
    append("{")
    for (index, member) in members.enumerated() {
      if index > 0 { append(",") }
      breakLine(depth + 1)
      write(member.key)
      append(": ")
      write(member.value, depth: depth + 1)
    }
    if !members.isEmpty { breakLine(depth) }
    append("}")
  }

  private mutating func write(_ values: [JSONValue], depth: Int) {
    let isFlat = values.allSatisfy { value in
      switch value {
      case .null, .boolean, .integer, .number: true
      case .string, .array, .object: false
      }
    }
    append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { append(isFlat ? ", " : ",") }
      if !isFlat { breakLine(depth + 1) }
      write(value, depth: depth + 1)
    }
    if !isFlat { breakLine(depth) }
    append("]")
  }

  /// Control characters are escaped, and so is `<`, so that a document can stand inside a page.
  private mutating func write(_ string: String) {
    append("\"")
    defer { append("\"") }
    guard string.utf8.contains(where: Self.isEscaped) else { return append(string) }
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\r"): append("\\r")
      case UInt8(ascii: "\t"): append("\\t")
      case _ where Self.isEscaped(byte):
        let digits = String(byte, radix: 16)
        append("\\u00" + (digits.count == 1 ? "0" : "") + digits)
      default: bytes.append(byte)
      }
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "\"")
      || byte == UInt8(ascii: "\\")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func breakLine(_ depth: Int) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }
}
