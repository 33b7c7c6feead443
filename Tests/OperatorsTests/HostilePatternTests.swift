import Network
import Operators
import Testing

/// The toolchain's parser of regular expressions recurses: 5,000 opening brackets ended the process.
@Suite struct HostilePatternTests {
  @Test(arguments: [
    String(repeating: "[", count: 200), String(repeating: "[", count: 5000),
    String(repeating: "(", count: 201),
    String(repeating: "a|", count: 50_000), String(repeating: "(", count: 100_000),
  ])
  func refusedBeforeParsing(pattern: String) throws {
    let kind = try #require(OperatorRegistry.all.first { $0.name == "RegexFullMatch" })
    let attributes = AttributeReader(
      [Attribute("pattern", .string(Array(pattern.utf8)))], version: 20, inputCount: 1, outputCount: 1)
    #expect(throws: OperatorError.self) { _ = try kind.init(attributes) }
  }

  /// As many as are let through.
  @Test func manyGroups() throws {
    let kind = try #require(OperatorRegistry.all.first { $0.name == "RegexFullMatch" })
    let pattern = String(repeating: "(a)", count: 200)
    let attributes = AttributeReader(
      [Attribute("pattern", .string(Array(pattern.utf8)))], version: 20, inputCount: 1, outputCount: 1)
    _ = try kind.init(attributes)
  }
}
