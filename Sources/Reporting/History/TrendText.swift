internal import Checking
internal import Statistics

/// Trends in words and digits.
enum TrendText {
  static func title(_ kind: Trend.Kind) -> String {
    switch kind {
    case .counted(let figure): figure
    case .measured: "Measured time in calibration loads"
    }
  }

  static func value(_ value: Double, _ kind: Trend.Kind) -> String {
    switch kind {
    case .counted(let figure):
      guard let whole = Int(exactly: value) else { return Numbers.significant(value, 5) }
      return FigureText.value(.integer(whole), NetworkFigures.find(figure)?.unit ?? .count)
    case .measured: return "\(Numbers.significant(value, 4))×"
    }
  }

  /// On an axis.
  static func tick(_ value: Double, _ kind: Trend.Kind) -> String {
    switch kind {
    case .counted where value.magnitude >= 1e4:
      let (number, prefix) = Numbers.prefixed(value)
      return prefix.isEmpty ? number : "\(number) \(prefix)"
    default: return Numbers.tick(value)
    }
  }

  /// As far as a commit is told apart by it; other names are left whole.
  static func shortCommit(_ commit: String) -> String {
    let isHash =
      commit.utf8.count >= 20 && commit.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    return isHash ? String(commit.prefix(9)) : commit.count > 24 ? "\(commit.prefix(23))…" : commit
  }

  /// The mean of a level, as the change-point detection takes it: of counted figures the value itself.
  static func level(_ trend: Trend, _ range: Range<Int>) -> Double {
    mean(trend.points[range].map(\.value)) ?? 0
  }

  static func change(_ change: Trend.Change, _ kind: Trend.Kind) -> Prose {
    let fraction = (change.after - change.before) / change.before.magnitude
    let percent = fraction.isFinite ? " (\(MeasuredText.percent(fraction)))" : ""
    return Prose("\(value(change.before, kind)) → \(value(change.after, kind))\(percent)")
  }

  static func summary(_ trend: Trend, _ runs: [HistoryRun]) -> Prose {
    let count = Numbers.plural(trend.points.count, "run")
    guard let last = trend.changes.last else { return Prose("No change over \(count).") }
    let others = trend.changes.count - 1
    let rest: Prose =
      others > 0
      ? Prose(" and \(Numbers.plural(others, "time")) before, over \(count).") : Prose(" over \(count).")
    return "Moved at \(name: shortCommit(runs[last.run].commit)): " + change(last, trend.kind) + rest
  }
}
