import Checking
import Testing

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", "", true), ("*", "a/b", true), ("a*c", "abc", true), ("a*c", "abd", false), ("a?c", "abc", true),
    ("a?c", "ac", false), ("/features/*/Conv", "/features/1/conv/Conv", true), ("", "", true),
    ("", "a", false),
    (#"a\*c"#, "abc", false), (#"a\*c"#, "a*c", true), ("*a*b*c", "xxaxxbxxc", true),
    ("*a*b*c", "xxaxxcxxb", false),
    ("a**b", "ab", true),
  ])
  func matches(pattern: String, name: String, expected: Bool) {
    #expect(Glob(pattern).matches(name) == expected)
  }

  /// Backtracking into every star would take 2^30 steps.
  @Test func staysShort() {
    let pattern = String(repeating: "*a", count: 30) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 2000)))
  }
}
