package import Profiling
package import Statistics

/// A network's measured time held against that of the baseline.
package struct MeasuredCheck: Sendable {
  package var judgement: ChangeJudgement
  package var policy: ChangePolicy
  package var severity: Severity
  /// The line of the budget that gives the tolerance; nil: the tolerance is that of a check without one.
  package var limit: Limit?
  package var baseline: MeasuredBaseline
  package var summary: CalibratedSummary
  /// Whether the two are compared as multiples of the calibration load, from different machines.
  package var isCalibrated: Bool
  package var seconds: Double

  package init(
    judgement: ChangeJudgement, policy: ChangePolicy, severity: Severity, limit: Limit?,
    baseline: MeasuredBaseline, summary: CalibratedSummary, isCalibrated: Bool, seconds: Double
  ) {
    self.judgement = judgement
    self.policy = policy
    self.severity = severity
    self.limit = limit
    self.baseline = baseline
    self.summary = summary
    self.isCalibrated = isCalibrated
    self.seconds = seconds
  }

  /// What stands for the latency in a table beside the baseline's: from ratios, so that the machine's pace is out of it.
  package var expectedMilliseconds: Double { baseline.milliseconds * (1 + judgement.change) }

  package var verdict: Judgement.Verdict {
    switch judgement.verdict {
    case .regressed: .exceeded
    case .improved: .improved
    case .unchanged: .passed
    case .undecided: .unknown
    }
  }
}

extension MeasuredCheck {
  /// The figure by which budgets limit how measured time may change.
  package static let figure = "profile.latencyMilliseconds.p50"

  /// As a row among the other figures: the times as the baseline's machine would show them.
  package var row: Judgement {
    Judgement(
      figure: Self.figure, unit: .milliseconds, before: .number(baseline.milliseconds),
      after: .number(expectedMilliseconds),
      rule: limit.map { .limit($0) } ?? .measured(severity, tolerance: policy.tolerance),
      verdict: verdict)
  }
}
