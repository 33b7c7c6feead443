internal import Checking
internal import Profiling
internal import Statistics

/// A measured check in a sentence or two.
enum MeasuredText {
  static func remark(_ check: MeasuredCheck) -> Remark {
    let judgement = check.judgement
    let weight: Remark.Weight =
      switch judgement.verdict {
      case .regressed: .caution
      case .improved, .unchanged: .good
      case .undecided: .note
      }
    var prose: Prose = "Measured time \(strong: verdict(judgement)): \(percent(judgement.change))"
    if let interval = judgement.interval {
      prose =
        prose
        + Prose(
          " (\(Numbers.tick(check.policy.confidence * 100)) % interval \(percent(interval.lowerBound)) to \(percent(interval.upperBound)))"
        )
    }
    if judgement.verdict != .undecided {
      prose = prose + Prose(", confidence \(confidence(judgement.confidence))")
    }
    prose =
      prose
      + "; \(detectable(judgement)) \(Numbers.plural(check.summary.logarithmicRatios.count, "block")) against \(check.baseline.logarithmicRatios.count) of the baseline, \(check.summary.quietRuns) of \(Numbers.plural(check.summary.runs, "run")) undisturbed, \(Numbers.significant(check.seconds, 2)) s."
    if judgement.verdict == .undecided {
      prose = prose + " Undecided is no failure; a longer --time-limit or a quieter machine decides."
    }
    if check.isCalibrated {
      prose =
        prose + " Compared as multiples of the calibration load, since the machines differ or may differ."
    }
    return Remark(weight, prose)
  }

  private static func verdict(_ judgement: ChangeJudgement) -> String { judgement.verdict.rawValue }

  private static func detectable(_ judgement: ChangeJudgement) -> String {
    guard let smallest = judgement.smallestDetectable else { return "too few blocks for an interval." }
    return "a change of \(Numbers.decimal(smallest * 100, digits: 1)) % would have been seen."
  }

  /// `+5.1 %`
  static func percent(_ fraction: Double) -> String {
    "\(fraction > 0 ? "+" : "")\(Numbers.decimal(fraction * 100, digits: 1)) %"
  }

  /// Ranks of few values cannot say more than three nines.
  private static func confidence(_ value: Double) -> String {
    value > 0.9995 ? "over 99.9 %" : "\(Numbers.decimal(value * 100, digits: 1)) %"
  }
}
