package import Checking

/// A check as JUnit XML, in the dialect that GitLab, Jenkins and GitHub's test reporters read: a suite for each network, a case for
/// each rule.
package struct JUnitRenderer: Sendable {
  package init() {}

  package func render(_ checks: [NetworkCheck]) -> String {
    let suites = checks.map { (check: $0, cases: cases($0)) }
    let total = suites.reduce(0) { $0 + $1.cases.count }
    let failures = suites.reduce(0) { $0 + $1.check.count(.exceeded, .error) }
    let errors = suites.reduce(0) { $0 + ($1.check.obstacle == nil ? 0 : 1) }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites name=\"assay check\" tests=\"\(total)\" failures=\"\(failures)\" errors=\"\(errors)\">\n"
    for suite in suites {
      let skipped = suite.check.judgements.count { $0.verdict == .unknown }
      text += "  <testsuite name=\"\(Self.escaped(suite.check.network.name))\" tests=\"\(suite.cases.count)\""
      text += " failures=\"\(suite.check.count(.exceeded, .error))\""
      text += " errors=\"\(suite.check.obstacle == nil ? 0 : 1)\" skipped=\"\(skipped)\">\n"
      text += suite.cases.joined()
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private func cases(_ check: NetworkCheck) -> [String] {
    let obstacle = check.obstacle.map { obstacle in
      testCase(
        "baseline", in: check,
        "<error message=\"\(Self.escaped(ObstacleText.sentence(obstacle)))\"/>")
    }
    return check.judgements.map { judgement($0, check) } + (obstacle.map { [$0] } ?? [])
  }

  private func judgement(_ judgement: Judgement, _ check: NetworkCheck) -> String {
    let subject = judgement.layer.map { "\($0): " } ?? ""
    let name = "\(subject)\(judgement.figure) \(FigureText.rule(judgement))"
    let message = Self.escaped(CheckSentence.of(judgement))
    let content: String? =
      switch judgement.verdict {
      case .passed, .improved: nil
      case .unknown: "<skipped message=\"\(message)\"/>"
      case .exceeded:
        judgement.severity == .error
          ? "<failure type=\"limit\" message=\"\(message)\"/>"
          : "<system-out>warning: \(message)</system-out>"
      }
    return testCase(name, in: check, content)
  }

  private func testCase(_ name: String, in check: NetworkCheck, _ content: String?) -> String {
    let head =
      "    <testcase classname=\"\(Self.escaped(check.network.name))\" name=\"\(Self.escaped(name))\" file=\"\(Self.escaped(check.path))\""
    return content.map { "\(head)>\($0)</testcase>\n" } ?? "\(head)/>\n"
  }

  /// For attributes and content of XML 1.0, which forbids control characters and two more even as references.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in Escaping.html(text).unicodeScalars {
      result.unicodeScalars.append(scalar.value == 0xFFFE || scalar.value == 0xFFFF ? "\u{FFFD}" : scalar)
    }
    return result
  }
}

/// One judgement in a sentence.
package enum CheckSentence {
  package static func of(_ judgement: Judgement) -> String {
    let subject = judgement.layer.map { "layer '\($0)': " } ?? ""
    let value = FigureText.value(judgement.after, judgement.unit, isLowerBound: judgement.isLowerBound)
    let change = FigureText.change(from: judgement.before, to: judgement.after, judgement.unit)
    var text = "\(subject)\(judgement.figure) is \(judgement.after == .unknown ? "not known" : value)"
    if let before = judgement.before, before != judgement.after {
      text += ", was \(FigureText.value(before, judgement.unit))"
      if !change.isEmpty { text += ": \(change)" }
    }
    text += "; allowed: \(FigureText.rule(judgement))"
    if case .limit(let limit) = judgement.rule, !limit.reason.isEmpty { text += " (\(limit.reason))" }
    return text
  }
}
