/// By how much one sample lies above another, from the differences of all pairs: free of any assumption on the distribution, and
/// little moved by a few disturbed values (Hodges and Lehmann 1963).
package struct Shift: Sendable {
  /// Candidate less reference for every pair, ascending.
  private let differences: [Double]
  private let distribution: MannWhitneyDistribution

  /// nil if either sample is empty or holds what is no number.
  package init?(of candidate: [Double], above reference: [Double]) {
    guard !candidate.isEmpty, !reference.isEmpty, (candidate + reference).allSatisfy(\.isFinite) else {
      return nil
    }
    differences = candidate.flatMap { value in reference.map { value - $0 } }.sorted()
    distribution = MannWhitneyDistribution(first: candidate.count, second: reference.count)
  }

  /// The median of the differences.
  package var estimate: Double {
    let half = differences.count / 2
    return differences.count.isMultiple(of: 2)
      ? (differences[half - 1] + differences[half]) / 2 : differences[half]
  }

  /// Where the true shift lies with `confidence`; nil where the samples are too small for it.
  package func interval(confidence: Double) -> ClosedRange<Double>? {
    guard let rank = distribution.quantile((1 - confidence) / 2), 2 * rank < differences.count else {
      return nil
    }
    return differences[rank]...differences[differences.count - 1 - rank]
  }

  /// The confidence with which the true shift is above `value`: one less the probability of so many larger pairs if it were there.
  package func confidence(above value: Double) -> Double {
    1 - distribution.probability(atMost: differences.count { $0 <= value })
  }

  package func confidence(below value: Double) -> Double {
    1 - distribution.probability(atMost: differences.count { $0 >= value })
  }
}
