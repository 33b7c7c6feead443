package import Checking

extension JSONRenderer {
  package static let checkSchema = "assay-check/1"

  package func render(_ checks: [NetworkCheck]) -> String {
    let document: JSONValue = [
      "schema": .string(Self.checkSchema),
      "networks": .array(checks.map(value(of:))),
    ]
    return document.text
  }

  private func value(of check: NetworkCheck) -> JSONValue {
    let errors = check.count(.exceeded, .error)
    return [
      "name": .string(check.network.name), "file": .string(check.path),
      "verdict": .string(errors > 0 ? "exceeded" : check.obstacle != nil ? "not comparable" : "passed"),
      "errors": .integer(errors), "warnings": .integer(check.count(.exceeded, .warning)),
      "obstacle": .optional(check.obstacle.map(ObstacleText.sentence)),
      "complete": .boolean(!check.isIncomplete),
      "judgements": .array(check.judgements.map(judgement)),
      "unmatchedLimits": .array(check.unmatched.map { limit($0) }),
      "measured": check.measured.map(measured) ?? .null,
      "changes": check.changes.map(changes) ?? .null,
    ]
  }

  private func judgement(_ judgement: Judgement) -> JSONValue {
    [
      "figure": .string(judgement.figure), "layer": .optional(judgement.layer),
      "unit": .string(judgement.unit.rawValue), "baseline": judgement.before.map(figure) ?? .null,
      "value": figure(judgement.after), "lowerBound": .boolean(judgement.isLowerBound),
      "changePercent": .optional(judgement.before?.percent(to: judgement.after)),
      "verdict": .string(judgement.verdict.rawValue), "severity": .string(judgement.severity.rawValue),
      "rule": .string(FigureText.rule(judgement)), "limit": rule(judgement.rule),
    ]
  }

  private func rule(_ rule: Judgement.Rule) -> JSONValue {
    if case .limit(let limit) = rule { self.limit(limit) } else { .null }
  }

  private func limit(_ limit: Limit) -> JSONValue {
    [
      "line": .integer(limit.line), "figure": .string(limit.figure),
      "network": .optional(limit.networks?.text), "layers": .optional(limit.layers?.text),
      "reason": .string(limit.reason),
    ]
  }

  private func figure(_ value: FigureValue) -> JSONValue {
    switch value {
    case .unknown: .null
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .flag(let value): .boolean(value)
    case .axes(let axes): .array(axes.map(JSONValue.optional))
    }
  }

  private func changes(_ changes: NetworkChanges) -> JSONValue {
    [
      "layers": .array(changes.layers.map(change)), "affected": .integer(changes.affected),
      "renamed": .integer(changes.renamed), "unchanged": .integer(changes.unchanged),
    ]
  }

  private func change(_ change: LayerChange) -> JSONValue {
    [
      "kind": .string(change.kind.rawValue), "name": .string(change.name),
      "operators": .array(change.operators.map { .string($0) }),
      "details": .array(
        change.details.map {
          [
            "subject": .string($0.subject.rawValue), "before": .string($0.before), "after": .string($0.after),
          ]
        }),
      "figures": .array(
        change.figures.map {
          ["figure": .string($0.figure.key), "before": figure($0.before), "after": figure($0.after)]
        }),
    ]
  }
}
