import Commands
import Testing

private let description = CommandDescription(
  "measure", summary: "Measure a network", operands: .network,
  options: [
    Option("--batch", value: "1,2,4", help: "sizes"),
    Option("--format", choices: ["table", "json"], help: "format"),
    Option("--dim", value: "NAME=N", isRepeatable: true, help: "binding"),
    Option("--output", short: "-o", value: "FILE", help: "file"),
    Option("--quiet", help: "less"),
  ], examples: [])

@Suite struct ArgumentsTests {
  @Test func `Both spellings of a value and short names are taken`() throws {
    let arguments = try Arguments(
      ["--batch=1,8", "net.onnx", "-o", "x", "--dim", "a=b=3", "--dim", "S=128", "--quiet"], of: description)
    #expect(arguments.operands == ["net.onnx"])
    #expect(try arguments.integers("--batch", in: 1...64) == [1, 8])
    #expect(arguments.string("--output") == "x")
    #expect(try arguments.pairs("--dim").map(\.name) == ["a=b", "S"])
    #expect(try arguments.pairs("--dim").map(\.value) == ["3", "128"])
    #expect(arguments.has("--quiet"))
  }

  @Test func `Words after two dashes are operands`() throws {
    #expect(try Arguments(["--", "--batch"], of: description).operands == ["--batch"])
  }

  @Test(arguments: [
    (
      ["net", "--bacth", "1"], UsageError.unknownOption("--bacth", command: "measure", suggestion: "--batch")
    ),
    (["net", "--zzzzzzzz"], .unknownOption("--zzzzzzzz", command: "measure", suggestion: nil)),
    (["net", "--batch"], .missingValue(option: "--batch")),
    (["net", "--quiet=1"], .unexpectedValue(option: "--quiet")),
    (["net", "--batch", "1", "--batch", "2"], .repeated(option: "--batch")),
    (
      ["net", "--format", "yaml"],
      .invalidValue(option: "--format", value: "yaml", expected: "one of table, json")
    ),
    ([], .missingOperand("NETWORK", command: "measure")),
    (["a", "b"], .excessOperand("b", command: "measure")),
  ])
  func `A wrong line is refused with its reason`(words: [String], expected: UsageError) {
    #expect(throws: expected) { try Arguments(words, of: description) }
  }

  @Test func `A number outside its range is refused`() throws {
    let arguments = try Arguments(["net", "--batch", "0,1"], of: description)
    #expect(
      throws: UsageError.invalidValue(option: "--batch", value: "0", expected: "a whole number, 1 to 64")
    ) {
      try arguments.integers("--batch", in: 1...64)
    }
  }

  @Test(arguments: [
    ("anaylze", "analyze"), ("reprot", "report"), ("profle", "profile"), ("comp", "compare"), ("xyzzy", nil),
  ])
  func `A mistyped word finds its neighbour`(word: String, expected: String?) {
    #expect(suggestion(for: word, among: ["analyze", "profile", "report", "compare"]) == expected)
  }
}
