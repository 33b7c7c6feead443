import Statistics
import Testing

@Suite struct QuantileTests {
  /// numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], p) for each p.
  @Test(arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 3.5), (0.9, 6.9), (1.0, 9.0)])
  func `Quantiles agree with numpy`(p: Double, expected: Double) throws {
    let sample = SortedSample([3, 1, 4, 1, 5, 9, 2, 6])
    #expect(abs(try #require(sample.quantile(p)) - expected) < 1e-12)
  }

  @Test func `An empty sample has no quantile`() {
    #expect(SortedSample([]).median == nil)
    #expect(SortedSample([]).medianConfidence95 == nil)
  }

  /// ceil(ln 0.05 / ln p), as tabulated for Wilks' one-sided 95 % bound: 29, 59, 299, 2995.
  @Test(arguments: [(0.9, 29), (0.95, 59), (0.99, 299), (0.999, 2995)])
  func `A percentile needs as many samples as Wilks asks for`(p: Double, needed: Int) {
    #expect(SortedSample.samplesNeeded(forQuantile: p) == needed)
    let enough = SortedSample((0..<needed).map(Double.init))
    let tooFew = SortedSample((0..<needed - 1).map(Double.init))
    #expect(enough.bearableQuantile(p) != nil)
    #expect(tooFew.bearableQuantile(p) == nil)
  }

  /// Ranks from the binomial table: n = 6: 1 and 6; n = 10: 2 and 9; n = 20: 6 and 15; n = 100: 40 and 61
  /// (scipy.stats.binom.ppf(0.025, n, 0.5), counted from 1).
  @Test(arguments: [(6, 1.0, 6.0), (10, 2.0, 9.0), (20, 6.0, 15.0), (100, 40.0, 61.0)])
  func `The median's interval has the binomial ranks`(count: Int, low: Double, high: Double) {
    let sample = SortedSample((1...count).map(Double.init))
    #expect(sample.medianConfidence95 == low...high)
  }

  @Test func `Five samples bear no interval`() {
    #expect(SortedSample([1, 2, 3, 4, 5]).medianConfidence95 == nil)
  }
}

@Suite struct MomentTests {
  /// numpy.std([2, 4, 4, 4, 5, 5, 7, 9], ddof=1)
  @Test func `Standard deviation divides by one less than the count`() throws {
    let values = [2.0, 4, 4, 4, 5, 5, 7, 9]
    #expect(mean(values) == 5)
    #expect(abs(try #require(standardDeviation(values)) - 2.138089935299395) < 1e-12)
    #expect(standardDeviation([1]) == nil)
  }
}

@Suite struct SteadyStateTests {
  @Test func `Falling times are not steady, level ones are`() {
    var detector = SteadyStateDetector()
    for time in [100.0, 60, 40, 20, 15, 12] { detector.add(time) }
    #expect(!detector.isSteady)
    for time in [12.0, 12.1, 11.9, 12, 12.1, 12] { detector.add(time) }
    #expect(detector.isSteady)
  }

  @Test func `A jump in the middle is told`() {
    #expect(isSteady([10, 10.1, 9.9, 10, 10.1, 10]))
    #expect(!isSteady([10, 10.1, 9.9, 14, 14.1, 14]))
  }
}
