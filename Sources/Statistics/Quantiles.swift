#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Order statistics of a sample, sorted once.
package struct SortedSample: Sendable {
  /// Ascending.
  package let values: [Double]

  package init(_ values: [Double]) { self.values = values.sorted() }

  package var count: Int { values.count }
  package var min: Double? { values.first }
  package var max: Double? { values.last }

  /// The value below which the fraction `p` of the distribution is estimated to lie, interpolated linearly between order
  /// statistics (Hyndman and Fan 1996, type 7, as numpy and R do by default); nil for an empty sample.
  package func quantile(_ p: Double) -> Double? {
    guard let last = values.indices.last, (0...1).contains(p) else { return nil }
    let position = p * Double(last)
    let lower = Int(position.rounded(.down))
    let upper = Swift.min(lower + 1, last)
    return values[lower] + (values[upper] - values[lower]) * (position - Double(lower))
  }

  package var median: Double? { quantile(0.5) }

  /// A percentile that the sample can bear, or nil.
  ///
  /// The rule is Wilks' (1941): the sample's maximum lies above the true percentile with 95 % confidence, that is
  /// `1 - p^n >= 0.95`. It asks for 29 samples for p90, 59 for p95, 299 for p99 and 2,995 for p99.9; with fewer, "p99" would
  /// only be another name for the maximum.
  package func bearableQuantile(_ p: Double) -> Double? {
    count >= Self.samplesNeeded(forQuantile: p) ? quantile(p) : nil
  }

  /// The smallest sample that bears the quantile `p`, `0 < p < 1`.
  package static func samplesNeeded(forQuantile p: Double) -> Int {
    Int((log(0.05) / log(p)).rounded(.up))
  }

  /// A confidence interval of the median from order statistics, free of any assumption on the distribution: the narrowest
  /// symmetric pair of ranks whose binomial coverage is at least 95 %; nil below 6 samples, where no pair has it.
  package var medianConfidence95: ClosedRange<Double>? {
    guard count >= 6 else { return nil }
    // P(X <= k) for X ~ Binomial(n, 1/2), in logarithms so that large samples do not underflow.
    let logTotal = Double(count) * log(0.5)
    var cumulative = 0.0
    var rank = 0
    while rank < count / 2 {
      let logChoose = lgamma(Double(count + 1)) - lgamma(Double(rank + 1)) - lgamma(Double(count - rank + 1))
      cumulative += exp(logChoose + logTotal)
      if cumulative > 0.025 { break }
      rank += 1
    }
    guard rank > 0 else { return nil }
    return values[rank - 1]...values[count - rank]
  }
}
