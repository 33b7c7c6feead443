#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the measurements so far say of a change against a baseline.
package struct ChangeJudgement: Sendable, Equatable {
  package enum Verdict: String, Sendable, Hashable, CaseIterable {
    case regressed
    case improved
    case unchanged
    /// The interval holds both a change that matters and none.
    case undecided
  }

  package var verdict: Verdict
  /// The relative change: 0.05 is 5 % slower.
  package var change: Double
  /// Where the true change lies with `ChangePolicy.confidence`; nil where the samples are too small.
  package var interval: ClosedRange<Double>?
  /// With which the verdict holds, from the ranks of the values; of "undecided", 0.
  package var confidence: Double
  /// A change of this size would have been found in 19 of 20 measurements as noisy as these.
  package var smallestDetectable: Double?

  package init(
    verdict: Verdict, change: Double, interval: ClosedRange<Double>?, confidence: Double,
    smallestDetectable: Double?
  ) {
    self.verdict = verdict
    self.change = change
    self.interval = interval
    self.confidence = confidence
    self.smallestDetectable = smallestDetectable
  }
}

extension ChangeJudgement {
  /// Before anything was measured.
  package static let nothing = ChangeJudgement(
    verdict: .undecided, change: 0, interval: nil, confidence: 0, smallestDetectable: nil)
}

/// When a change counts, and when the measuring may stop.
package struct ChangePolicy: Sendable, Equatable {
  /// The relative change that is allowed: 0.02 for 2 %.
  package var tolerance: Double
  /// Of the interval at every look.
  package var confidence: Double
  /// Blocks before anything is decided.
  package var minimumBlocks: Int
  /// Blocks that confirm a change of more than twice the tolerance.
  package var confirmationBlocks: Int
  /// Blocks that confirm a smaller one: what a machine's neighbours do to memory comes and goes in ten seconds or more, and
  /// moves the ratios by up to the tolerance, while a slower network stays. Looking on costs time only where an alarm is about to be
  /// raised.
  package var longConfirmationBlocks: Int

  package init(
    tolerance: Double = 0.02, confidence: Double = 0.99, minimumBlocks: Int = 16,
    confirmationBlocks: Int = 32, longConfirmationBlocks: Int = 96
  ) {
    self.tolerance = tolerance
    self.confidence = confidence
    self.minimumBlocks = minimumBlocks
    self.confirmationBlocks = confirmationBlocks
    self.longConfirmationBlocks = longConfirmationBlocks
  }
}

extension ChangeJudgement {
  /// Judges `candidate` against `baseline`, both logarithms, in the order measured.
  ///
  /// - `regressed`: the interval lies above zero, the estimate a tenth above the tolerance, both halves of the candidate's blocks are
  ///   above half the tolerance by themselves, and there are enough of them to confirm it; `improved` the other way round.
  /// - `unchanged`: the interval lies within the tolerance.
  ///
  /// nil where either sample is empty.
  package init?(of candidate: [Double], against baseline: [Double], _ policy: ChangePolicy) {
    guard let shift = Shift(of: candidate, above: baseline) else { return nil }
    let allowed = log(1 + policy.tolerance)
    let interval = shift.interval(confidence: policy.confidence)
    change = exp(shift.estimate) - 1
    self.interval = interval.map { exp($0.lowerBound) - 1...exp($0.upperBound) - 1 }
    let above = shift.confidence(above: 0)
    let below = shift.confidence(below: 0)
    smallestDetectable = interval.map {
      // The interval's half width is z of its deviation; to be found in 95 %, a change must lie 1.645 deviations beyond what
      // decides: the tolerance, or the distance that keeps the interval off zero.
      let half = ($0.upperBound - $0.lowerBound) / 2
      let deviation = half / normalQuantile((1 + policy.confidence) / 2)
      return exp(max(1.1 * allowed, half) + 1.6448536269514722 * deviation) - 1
    }
    verdict = .undecided
    confidence = 0
    guard let interval, candidate.count >= policy.minimumBlocks else { return }
    let needed =
      abs(shift.estimate) > 2 * allowed ? policy.confirmationBlocks : policy.longConfirmationBlocks
    // A change right at the tolerance is left undecided rather than told by chance.
    let alarming = 1.1 * allowed
    if interval.lowerBound > 0, shift.estimate > alarming {
      guard candidate.count >= needed, Self.halves(of: candidate, baseline, agree: { $0 > allowed / 2 })
      else { return }
      (verdict, confidence) = (.regressed, above)
    } else if interval.upperBound < 0, shift.estimate < -alarming {
      guard candidate.count >= needed, Self.halves(of: candidate, baseline, agree: { $0 < -allowed / 2 })
      else { return }
      (verdict, confidence) = (.improved, below)
    } else if interval.lowerBound > -allowed, interval.upperBound < allowed {
      (verdict, confidence) = (
        .unchanged, min(shift.confidence(below: allowed), shift.confidence(above: -allowed))
      )
    }
  }

  private static func halves(
    of candidate: [Double], _ baseline: [Double], agree: (Double) -> Bool
  ) -> Bool {
    let half = candidate.count / 2
    return [candidate.prefix(half), candidate.suffix(half)].allSatisfy { part in
      Shift(of: Array(part), above: baseline).map { agree($0.estimate) } ?? false
    }
  }
}

/// The value below which a standard normal variable lies with `probability`, by bisection to the last digits.
package func normalQuantile(_ probability: Double) -> Double {
  var low = -40.0
  var high = 40.0
  for _ in 0..<100 {
    let middle = (low + high) / 2
    if normalProbability(below: middle) < probability { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
