import Reporting
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The toolchain's encoder is the reference: the writer must give the same bytes.
@Suite struct JSONWriterTests {
  private func encoded(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Encoded(value: value)), as: UTF8.self) + "\n"
  }

  @Test(
    arguments: [
      .array([]), .object([]), ["a": .array([]), "b": .object([]), "c": .array([.array([.object([])])])],
      ["b": .integer(.min), "a": .integer(.max), "B": .boolean(true), "ä": .null, "a/b": .boolean(false)],
    ] as [JSONValue])
  func structuresAreTheEncoders(_ value: JSONValue) throws { #expect(value.text == (try encoded(value))) }

  @Test func everyCharacterIsTheEncoders() throws {
    let characters = (0..<0x250).compactMap(Unicode.Scalar.init).map {
      JSONValue.string("x\(Character($0))y")
    }
    let value = JSONValue.array(
      characters + [.string("</script>"), .string("\u{2028}\u{FEFF}\u{1F600}e\u{301}\r\n\u{1B}[31m")])
    #expect(value.text == (try encoded(value)))
  }

  @Test func numbersAreTheEncoders() throws {
    let numbers = [
      0, -0.0, 1, -2.5, 0.1, 1e15, 1e16, 1.5e16, 1e22, 123_456_789.25, 1e-5, 0.0001, 5e-324,
      1.7976931348623157e308,
    ]
    let value = JSONValue.array(numbers.map { .number($0) })
    #expect(value.text == (try encoded(value)))
  }

  @Test func aNumberThatIsNoneIsNull() {
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[\n  null,\n  null\n]\n")
  }

  /// A value as the encoder takes it.
  private struct Encoded: Encodable {
    let value: JSONValue

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .null: try container.encodeNil()
      case .boolean(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .string(let value): try container.encode(value)
      case .array(let values): try container.encode(values.map(Encoded.init))
      case .object(let members):
        try container.encode(
          Dictionary(uniqueKeysWithValues: members.map { ($0.key, Encoded(value: $0.value)) }))
      }
    }
  }
}
