import Statistics
import Testing

@Suite struct MannWhitneyTests {
  /// P(U <= u), counted by Mann and Whitney's recurrence in Python's whole numbers.
  @Test(arguments: [
    (3, 4, 2, 0.11428571428571428), (5, 7, 10, 0.13383838383838384), (10, 10, 23, 0.02162852627248912),
    (12, 8, 30, 0.09067238231324919), (40, 40, 600, 0.02728809428825018),
  ])
  func `The distribution is exact`(first: Int, second: Int, u: Int, expected: Double) {
    let distribution = MannWhitneyDistribution(first: first, second: second)
    #expect(abs(distribution.probability(atMost: u) - expected) < 1e-10)
  }

  @Test func `It is symmetric and ends at one`() {
    let distribution = MannWhitneyDistribution(first: 6, second: 9)
    for u in 0..<54 {
      let mirrored = 1 - distribution.probability(atMost: 53 - u)
      #expect(abs(distribution.probability(atMost: u) - mirrored) < 1e-12)
    }
    #expect(distribution.probability(atMost: 54) == 1)
    #expect(distribution.probability(atMost: -1) == 0)
  }

  /// Beyond what is counted the normal law serves; at the border of the two they agree.
  @Test func `Large samples agree with the normal law`() {
    let exact = MannWhitneyDistribution(first: 50, second: 50)
    let normal = MannWhitneyDistribution(first: 50, second: 51)
    #expect(abs(exact.probability(atMost: 1000) - normal.probability(atMost: 1020)) < 0.002)
  }

  /// R's qwilcox(0.025, 9, 9) is 18: the smallest u with P(U <= u) >= 0.025, so the largest below is 17.
  @Test func `The quantile stays below the probability`() {
    #expect(MannWhitneyDistribution(first: 9, second: 9).quantile(0.025) == 17)
    #expect(MannWhitneyDistribution(first: 2, second: 2).quantile(0.025) == nil)
  }

  /// scipy.stats.norm.ppf
  @Test(arguments: [(0.975, 1.959963984540054), (0.995, 2.5758293035489004), (0.5, 0.0)])
  func `Normal quantiles agree with scipy`(probability: Double, expected: Double) {
    #expect(abs(normalQuantile(probability) - expected) < 1e-9)
  }
}

@Suite struct ShiftTests {
  /// The depression scale of Hollander and Wolfe (1973), as in the help of R's wilcox.test.
  let first = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
  let second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]

  /// numpy: median of the 81 differences, and the 18th from either end.
  @Test func `Estimate and interval are order statistics of the differences`() throws {
    let shift = try #require(Shift(of: first, above: second))
    let differences = first.flatMap { a in second.map { a - $0 } }.sorted()
    #expect(shift.estimate == differences[40])
    let interval = try #require(shift.interval(confidence: 0.95))
    #expect(interval.lowerBound == differences[17])
    #expect(interval.upperBound == differences[63])
  }

  /// scipy.stats.mannwhitneyu(first, second, method="exact"): U = 58, two-sided p = 0.13591114767585355.
  @Test func `Confidence is one less the one-sided probability`() throws {
    let shift = try #require(Shift(of: first, above: second))
    #expect(abs(shift.confidence(above: 0) - (1 - 0.13591114767585355 / 2)) < 1e-10)
  }

  @Test func `Nothing follows from nothing`() {
    #expect(Shift(of: [], above: [1]) == nil)
    #expect(Shift(of: [.nan], above: [1]) == nil)
    #expect(Shift(of: [1, 2], above: [1])?.interval(confidence: 0.99) == nil)
  }
}

@Suite struct ChangeJudgementTests {
  /// 128 blocks with a deviation of 1 %, evenly over the quantiles of the normal law.
  private let baseline = (0..<128).map { 1 + 0.01 * normalQuantile((Double($0) + 0.5) / 128) }

  private func candidate(_ count: Int, by shift: Double) -> [Double] {
    // An order in which both halves are alike.
    (0..<count).map { index in
      1 + shift + 0.01 * normalQuantile((Double((index * 37) % count) + 0.5) / Double(count))
    }
  }

  private func verdict(_ count: Int, by shift: Double) -> ChangeJudgement.Verdict? {
    ChangeJudgement(of: candidate(count, by: shift), against: baseline, ChangePolicy())?.verdict
  }

  @Test func `The same is unchanged as soon as there are enough blocks`() {
    #expect(verdict(15, by: 0) == .undecided)
    #expect(verdict(17, by: 0) == .unchanged)
  }

  @Test func `A large change is confirmed soon, one near the tolerance later`() {
    #expect(verdict(20, by: 0.06) == .undecided)
    #expect(verdict(33, by: 0.06) == .regressed)
    #expect(verdict(33, by: -0.06) == .improved)
    #expect(verdict(33, by: 0.036) == .undecided)
    #expect(verdict(97, by: 0.036) == .regressed)
  }

  @Test func `A disturbance in one half is no regression`() throws {
    let disturbed = candidate(20, by: 0.12) + candidate(20, by: 0)
    #expect(
      ChangeJudgement(of: disturbed, against: baseline, ChangePolicy())?.verdict == .undecided)
  }

  /// exp(0.06) - 1 = 6.18 %; what would have been seen lies above the tolerance of 2 %.
  @Test func `Change, interval and confidence are told`() throws {
    let judgement = try #require(
      ChangeJudgement(of: candidate(40, by: 0.06), against: baseline, ChangePolicy()))
    #expect(abs(judgement.change - 0.0618) < 0.001)
    #expect(try #require(judgement.interval).contains(0.0618))
    #expect(judgement.confidence > 0.999)
    #expect((0.022...0.03).contains(try #require(judgement.smallestDetectable)))
  }
}
