internal import Checking
internal import Profiling
internal import Statistics

extension JSONRenderer {
  /// The measured part of a check: changes as parts of 1, times in milliseconds.
  func measured(_ check: MeasuredCheck) -> JSONValue {
    let judgement = check.judgement
    return [
      "verdict": .string(judgement.verdict.rawValue), "change": .number(judgement.change),
      "interval": judgement.interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
        ?? .null,
      "intervalConfidence": .number(check.policy.confidence), "confidence": .number(judgement.confidence),
      "smallestDetectable": .optional(judgement.smallestDetectable),
      "tolerance": .number(check.policy.tolerance), "calibrated": .boolean(check.isCalibrated),
      "baselineMilliseconds": .number(check.baseline.milliseconds),
      "milliseconds": .optional(check.summary.milliseconds),
      "blocks": .integer(check.summary.logarithmicRatios.count),
      "baselineBlocks": .integer(check.baseline.logarithmicRatios.count),
      "runs": .integer(check.summary.runs), "quietRuns": .integer(check.summary.quietRuns),
      "seconds": .number(check.seconds),
      "logarithmicRatios": .array(check.summary.logarithmicRatios.map { .number($0) }),
    ]
  }
}
