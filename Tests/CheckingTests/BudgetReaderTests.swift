import Checking
import Testing

@Suite struct BudgetReaderTests {
  private func read(_ limits: String) throws(BudgetError) -> Budget {
    try BudgetReader.read(Array("{\n\"schema\": \"assay-budget/1\",\n\"limits\": [\n\(limits)\n]}".utf8))
  }

  @Test func readsEveryKindOfLimit() throws {
    let budget = try read(
      """
      {"figure": "totals.macs", "max": 3e8, "min": 1, "severity": "warning", "reason": "frame rate"},
      {"figure": "totals.receptiveField.size", "equals": [491, 491], "network": "mobile*"},
      {"figure": "totals.receptiveField.aligned", "equals": true},
      {"figure": "macs", "layers": "*/Conv", "maxIncrease": "2.5 %", "maxDecrease": 7},
      {"figure": "profile.latencyMilliseconds.p50", "max": 12.5},
      {"figure": "profile.batches.8.throughputPerSecond", "min": 90}
      """)
    #expect(
      budget.limits.map(\.bound) == [
        .max(.number(3e8)), .min(.integer(1)), .equals(.axes([491, 491])), .equals(.flag(true)),
        .maxIncrease(.percent(2.5)), .maxDecrease(.absolute(.integer(7))), .max(.number(12.5)),
        .min(.integer(90)),
      ])
    #expect(budget.limits.map(\.line) == [4, 4, 5, 6, 7, 7, 8, 9])
    #expect(budget.limits[0].severity == .warning && budget.limits[0].reason == "frame rate")
    #expect(budget.limits[2].applies(to: "mobilenet") && !budget.limits[2].applies(to: "resnet"))
    #expect(budget.unlisted == .error)
  }

  /// Lines count from 1; the entry stands on line 4.
  @Test func saysWhereAndWhat() {
    #expect(throws: BudgetError.negative(line: 4, key: "max")) {
      try read(#"{"figure": "totals.macs", "max": -1}"#)
    }
    #expect(throws: BudgetError.negative(line: 5, key: "maxIncrease")) {
      try read("{\"figure\": \"totals.macs\",\n\"maxIncrease\": \"-2%\"}")
    }
    #expect(throws: BudgetError.wrongType(line: 4, key: "max", expected: "a number", found: "a string")) {
      try read(#"{"figure": "totals.macs", "max": "12"}"#)
    }
    #expect(throws: BudgetError.syntax(JSONSyntaxError(line: 5, problem: .duplicateKey("max")))) {
      try read("{\"figure\": \"totals.macs\", \"max\": 1,\n\"max\": 2}")
    }
    #expect(throws: BudgetError.noBound(line: 4, figure: "totals.macs")) {
      try read(#"{"figure": "totals.macs"}"#)
    }
    #expect(throws: BudgetError.missingKey(line: 4, key: "figure")) { try read(#"{"max": 1}"#) }
    #expect(throws: BudgetError.badPercent(line: 4, key: "maxIncrease", text: "2")) {
      try read(#"{"figure": "totals.macs", "maxIncrease": "2"}"#)
    }
    #expect(
      throws: BudgetError.notRelative(line: 4, key: "maxIncrease", figure: "totals.receptiveField.size")
    ) {
      try read(#"{"figure": "totals.receptiveField.size", "maxIncrease": 1}"#)
    }
  }

  @Test(arguments: [
    #"{"figure": "totals.mac", "max": 1}"#, #"{"figure": "macs", "max": 1}"#,
    #"{"figure": "totals.macs", "layers": "*", "max": 1}"#, #"{"figure": "totals.macs", "maximum": 1}"#,
    #"{"figure": "totals.macs", "max": 1, "severity": "fatal"}"#, #"{"figure": 1, "max": 1}"#,
    #"{"figure": "totals.macs", "max": true}"#, #"{"figure": "totals.receptiveField.size", "max": 3}"#,
    #"{"figure": "totals.macs", "max": null}"#, #"{"figure": "totals.macs", "max": 1, "layers": ["a"]}"#,
    #"[]"#, #"{"figure": "profile.batches.x.throughputPerSecond", "min": 1}"#,
  ])
  func refuses(limit: String) { #expect(throws: BudgetError.self) { try read(limit) } }

  @Test func asksForItsSchema() {
    #expect(throws: BudgetError.missingKey(line: 1, key: "schema")) {
      try BudgetReader.read(Array("{}".utf8))
    }
    #expect(throws: BudgetError.wrongSchema(line: 1, found: "assay-budget/2")) {
      try BudgetReader.read(Array(#"{"schema": "assay-budget/2"}"#.utf8))
    }
  }
}
