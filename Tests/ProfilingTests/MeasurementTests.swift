import Profiling
import Testing

@Suite struct MeasurementTests {
  @Test func `Warm-up is not in the samples`() {
    var runs = 0
    let policy = MeasurementPolicy(minimumSeconds: 0, minimumSamples: 12, warmUpLimitSeconds: 0)
    let measurement = Measurement.take(policy) { runs += 1 }
    #expect(measurement.samples.count == 12)
    #expect(measurement.warmUpRuns >= 3)
    #expect(runs == measurement.samples.count + measurement.warmUpRuns)
  }

  @Test func `Progress never falls and ends at one`() {
    var seen: [Double] = []
    let policy = MeasurementPolicy(minimumSeconds: 0.001, minimumSamples: 20, warmUpLimitSeconds: 0)
    _ = Measurement.take(policy, progress: { seen.append($0) }) {}
    #expect(seen == seen.sorted())
    #expect((seen.last ?? 0) >= 1)
  }

  /// Ten samples bear neither p95 nor p99: p95 of 10 samples would be the maximum.
  @Test func `Percentiles that the sample cannot bear are absent`() throws {
    let few = try #require(LatencySummary((1...10).map(Double.init)))
    #expect(few.p90 == nil && few.p95 == nil && few.p99 == nil)
    #expect(few.p50 == 5.5)
    #expect(few.confidence95 == 2...9)
    let many = try #require(LatencySummary((1...300).map(Double.init)))
    #expect(many.p99 != nil && many.p999 == nil)
    #expect(LatencySummary([]) == nil)
  }

  @Test func `The environment names this machine`() {
    let environment = Environment.current(instructionSet: "portable", version: "1")
    #expect(environment.cores >= 1)
    #expect(!environment.processor.isEmpty && !environment.architecture.isEmpty)
    #expect(environment.date.count == 20 && environment.date.hasSuffix("Z"))
  }
}
