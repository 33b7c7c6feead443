import Checking
import Testing

/// Cases follow RFC 8259 and the names of the JSON parsing test suite (Seriot 2016): what must be taken, what must be refused.
@Suite struct JSONReaderTests {
  private func read(_ text: String) throws(JSONSyntaxError) -> JSONNode {
    try JSONReader.read(Array(text.utf8))
  }

  @Test(arguments: [
    "[]", "{}", " [1 , 2]\n", #"{"a":{"b":[null,true,false,-0,1.5e+3,"x"]}}"#, #""\u20AC\uD834\uDD1E\n\/""#,
    "0",
    "-1", "1E-2", #"{"":1}"#,
  ])
  func takes(text: String) throws { _ = try read(text) }

  @Test(arguments: [
    "", "[", "[1,]", "{,}", #"{"a":1,}"#, #"{"a" 1}"#, "{a:1}", "01", "1.", ".5", "+1", "1e", "-", "nul",
    "truee",
    #""a"#, #""\x""#, #""\uD834""#, #""\uDD1E""#, #""\u12G4""#, "\"\u{1}\"", "\"\n\"", "[1] 2", "1e999",
    "'a'",
    "\u{FEFF}[]", "NaN",
  ])
  func refuses(text: String) { #expect(throws: JSONSyntaxError.self) { try read(text) } }

  @Test func decodesStrings() throws {
    #expect(try read(#""\u20AC\uD834\uDD1E\t\"\\""#).string == "€𝄞\t\"\\")
    #expect(throws: JSONSyntaxError(line: 1, problem: .notUTF8)) { try JSONReader.read([0x22, 0xFF, 0x22]) }
  }

  @Test func keepsIntegersExact() throws {
    #expect(try read("9223372036854775807").integer == Int.max)
    #expect(try read("9223372036854775808").integer == nil)
    #expect(try read("9223372036854775808").number == 9_223_372_036_854_775_808)
  }

  @Test func tellsLinesOfDuplicatesAndErrors() {
    #expect(throws: JSONSyntaxError(line: 3, problem: .duplicateKey("a"))) {
      try read("{\"a\": 1,\n\n\"a\": 2}")
    }
    #expect(throws: JSONSyntaxError(line: 2, problem: .expected("a value"))) { try read("[1,\n]") }
  }

  @Test func isNotOverwhelmedByDepth() {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONSyntaxError(line: 1, problem: .tooDeep(limit: JSONReader.depthLimit))) {
      try read(deep)
    }
  }

  @Test func writesWhatItReads() throws {
    let text = #"{"a": [1, -2.5, null, true], "\u2028\u001b": "€\"\\\n"}"#
    #expect(JSONText.line(try read(text)) == text)
  }
}
