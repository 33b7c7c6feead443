internal import Checking

/// Figures of a check in words and digits: exact, since a gate that rounds cannot be argued with.
enum FigureText {
  static func value(_ value: FigureValue, _ unit: FigureUnit, isLowerBound: Bool = false) -> String {
    let text =
      switch value {
      case .unknown: "—"
      case .flag(let flag): flag ? "yes" : "no"
      case .integer(let count): suffixed(Numbers.grouped(count), unit)
      case .number(let number): suffixed(Numbers.significant(number, 4), unit)
      case .axes(let axes):
        axes.isEmpty ? "none" : axes.map { $0.map { Numbers.grouped($0) } ?? "all" }.joined(separator: " × ")
      }
    return isLowerBound ? "≥ \(text)" : text
  }

  private static func suffixed(_ number: String, _ unit: FigureUnit) -> String {
    switch unit {
    case .bytes: "\(number) B"
    case .milliseconds: "\(number) ms"
    case .perSecond: "\(number) /s"
    case .gigaflopsPerSecond: "\(number) GFLOP/s"
    default: number
    }
  }

  /// `+1,024 (+2.0 %)`; empty where nothing changed or there is nothing to compare.
  static func change(from before: FigureValue?, to after: FigureValue, _ unit: FigureUnit) -> String {
    guard let before, before != after, let difference = before.difference(to: after) else { return "" }
    let isMore = (difference.magnitude ?? 0) > 0
    let text = (isMore ? "+" : "") + value(difference, unit)
    guard let percent = before.percent(to: after) else { return text }
    return "\(text) (\(isMore ? "+" : "")\(percentText(percent)))"
  }

  /// To a tenth of a percent; a change that would read 0.0 % keeps its first digits.
  private static func percentText(_ percent: Double) -> String {
    percent.magnitude >= 0.05
      ? "\(Numbers.decimal(percent, digits: 1)) %" : "\(Numbers.significant(percent, 1)) %"
  }

  /// What the rule allows.
  static func rule(_ judgement: Judgement) -> String {
    switch judgement.rule {
    case .guarded(let severity):
      NetworkFigures.find(judgement.figure)?.worse == nil
        ? "as in the baseline"
        : severity == .error ? "no worse than the baseline" : "watched against the baseline"
    case .measured(_, let tolerance): "at most +\(Numbers.tick(tolerance * 100)) %"
    case .limit(let limit): bound(limit.bound, judgement.unit)
    }
  }

  static func bound(_ bound: Bound, _ unit: FigureUnit) -> String {
    switch bound {
    case .max(let limit): "at most \(value(limit, unit))"
    case .min(let limit): "at least \(value(limit, unit))"
    case .equals(let limit): "exactly \(value(limit, unit))"
    case .maxIncrease(let amount): allowed(amount, unit, "+", "no increase")
    case .maxDecrease(let amount): allowed(amount, unit, "-", "no decrease")
    }
  }

  private static func allowed(_ amount: Amount, _ unit: FigureUnit, _ sign: String, _ none: String) -> String
  {
    switch amount {
    case .percent(0), .absolute(.integer(0)), .absolute(.number(0)): none
    case .percent(let percent): "at most \(sign)\(Numbers.tick(percent)) %"
    case .absolute(let limit): "at most \(sign)\(value(limit, unit))"
    }
  }

  static func verdict(_ judgement: Judgement) -> String {
    switch judgement.verdict {
    case .passed: "within"
    case .improved: "better"
    case .unknown: "not known"
    case .exceeded: judgement.severity == .error ? "exceeded" : "warning"
    }
  }

  static func mark(_ judgement: Judgement) -> String {
    switch judgement.verdict {
    case .passed, .improved: "✓"
    case .unknown: "?"
    case .exceeded: judgement.severity == .error ? "✗" : "!"
    }
  }
}
