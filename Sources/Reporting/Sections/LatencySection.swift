internal import Analysis
internal import Profiling
internal import Statistics

/// How long a run takes: percentiles, the start apart, and whether the layers add up to the whole.
package struct LatencySection: Section {
  package let title = "Latency"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let profile = subject.profile, let reference = subject.reference else { return nil }
    var blocks: [Block] = [.table(Self.percentiles(profile.batches))]
    if let note = Self.missing(profile.batches) { blocks.append(.paragraph(note)) }
    if let chart = SamplesChart(reference) { blocks.append(.chart(chart)) }
    blocks += [.heading("Cold start"), .figures(Self.start(profile, reference))]
    if let sentence = Self.reconciliation(reference) {
      blocks += [.heading("Layers against the whole"), .paragraph(sentence)]
    }
    self.blocks = blocks
  }

  private static func percentiles(_ batches: [BatchProfile]) -> Table {
    Table(
      "Latency in steady state, milliseconds",
      columns: [
        Column("Batch"), Column("Threads", priority: 1), Column("Runs", priority: 1),
        Column("min", priority: 1),
        Column("p50"), Column("95 % interval of p50", priority: 2), Column("p90"), Column("p95", priority: 1),
        Column("p99"), Column("p99.9", priority: 1), Column("mean", priority: 2),
        Column("std. dev.", priority: 2),
        .text("Steady", priority: 2),
      ],
      rows: batches.map { batch in
        let latency = batch.latency
        return [
          .count(batch.batch), .count(batch.threads), .count(batch.samples), .milliseconds(latency.min),
          .milliseconds(latency.p50), latency.confidence95.map { .text(interval($0)) } ?? .unknown,
          .milliseconds(latency.p90), .milliseconds(latency.p95), .milliseconds(latency.p99),
          .milliseconds(latency.p999), .milliseconds(latency.mean), .milliseconds(latency.standardDeviation),
          .text(batch.isSteady ? "yes" : "no"),
        ]
      })
  }

  private static func interval(_ range: ClosedRange<Double>) -> String {
    "\(Numbers.milliseconds(range.lowerBound)) – \(Numbers.milliseconds(range.upperBound))"
  }

  /// Runs that a percentile needs so that the sample's maximum lies above it with 95 % confidence (Wilks 1941):
  /// the smallest n with 1 - pⁿ >= 0.95.
  private static func missing(_ batches: [BatchProfile]) -> Prose? {
    let rules: [(name: String, runs: Int, isMissing: (LatencySummary) -> Bool)] = [
      ("p90", SortedSample.samplesNeeded(forQuantile: 0.9), { $0.p90 == nil }),
      ("p95", SortedSample.samplesNeeded(forQuantile: 0.95), { $0.p95 == nil }),
      ("p99", SortedSample.samplesNeeded(forQuantile: 0.99), { $0.p99 == nil }),
      ("p99.9", SortedSample.samplesNeeded(forQuantile: 0.999), { $0.p999 == nil }),
    ]
    let missing = rules.filter { rule in batches.contains { rule.isMissing($0.latency) } }
    guard !missing.isEmpty else { return nil }
    let needs = missing.map { "\($0.name) needs \(Numbers.plural($0.runs, "run"))" }.joined(separator: ", ")
    return
      "A dash means that there are too few runs for that percentile to be more than another name for the maximum: \(needs)."
  }

  private static func start(_ profile: Profile, _ reference: BatchProfile) -> [Figure] {
    let start = profile.coldStart
    let median = reference.latency.p50
    let times: Prose =
      median > 0
      ? "\(.ratio(start.firstRunMilliseconds / median)) the median of batch \(reference.batch)" : ""
    return [
      Figure("Load", .milliseconds(start.loadMilliseconds), convention: .coldStart),
      Figure("Plan", .milliseconds(start.planMilliseconds), note: "folding, packing of weights, arena"),
      Figure("First run", .milliseconds(start.firstRunMilliseconds), note: times),
      Figure(
        "Warm-up", .count(reference.warmUpRuns),
        note: reference.isSteady ? "runs until the times settled" : "runs; the times did not settle"),
    ]
  }

  private static func reconciliation(_ batch: BatchProfile) -> Prose? {
    guard let sum = batch.layerSumMilliseconds, batch.latency.p50 > 0 else { return nil }
    let difference = (sum - batch.latency.p50) / batch.latency.p50
    let direction = difference >= 0 ? "more" : "less"
    return
      "The median times of all layers add up to \(strong: .milliseconds(sum)) at batch \(batch.batch); end to end the median is \(strong: .milliseconds(batch.latency.p50)): \(.share(difference.magnitude)) \(direction)."
  }
}
