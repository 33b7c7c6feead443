internal import Analysis
internal import Profiling

/// What batching brings: latency, throughput and memory over the batch size.
package struct BatchSweepSection: Section {
  package let title = "Batch size"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let profile = subject.profile, profile.batches.count > 1 else { return nil }
    var blocks: [Block] = []
    if let sentence = Self.knee(profile.batches) { blocks.append(.paragraph(sentence)) }
    if let chart = BatchChart([subject]) { blocks.append(.chart(chart)) }
    blocks.append(.table(Self.table(profile)))
    self.blocks = blocks
  }

  private static func table(_ profile: Profile) -> Table {
    Table(
      "Batch sweep",
      columns: [
        Column("Batch"), Column("Latency p50", unit: "ms"), Column("per item", unit: "ms", priority: 1),
        Column("Throughput", unit: "per s", hasBar: true), Column("GFLOP/s", priority: 1),
        Column("of peak", priority: 1), Column("Peak memory"), Column("Arena", priority: 2),
        Column("Arena lower bound", priority: 2), Column("Packed weights", priority: 2),
      ],
      rows: profile.batches.map { batch in
        let peak = Roof(profile.machine, threads: batch.threads)?.gigaflops
        return [
          .count(batch.batch), .milliseconds(batch.latency.p50),
          .milliseconds(batch.batch > 0 ? batch.latency.p50 / Double(batch.batch) : nil),
          .number(batch.throughputPerSecond, unit: "per s"),
          .number(batch.gigaflopsPerSecond, unit: "GFLOP/s"),
          .share(batch.gigaflopsPerSecond.flatMap { rate in peak.map { rate / $0 } }),
          .bytes(batch.peakMemoryBytes),
          .bytes(batch.arenaBytes), .bytes(batch.arenaLowerBoundBytes), .bytes(batch.packedWeightBytes),
        ]
      })
  }

  /// Where a larger batch no longer pays: the smallest that reaches 95 % of the best throughput.
  static func kneeIndex(_ batches: [BatchProfile]) -> Int? {
    guard let best = batches.map(\.throughputPerSecond).max(), best > 0 else { return nil }
    return batches.firstIndex { $0.throughputPerSecond >= 0.95 * best }
  }

  private static func knee(_ batches: [BatchProfile]) -> Prose? {
    guard let knee = kneeIndex(batches), let first = batches.first, first.throughputPerSecond > 0,
      let best = batches.max(by: { $0.throughputPerSecond < $1.throughputPerSecond })
    else { return nil }
    let chosen = batches[knee]
    if chosen.batch == first.batch {
      return
        "Batching does not pay here: batch \(chosen.batch) already reaches \(.share(chosen.throughputPerSecond / best.throughputPerSecond)) of the best throughput (\(.number(best.throughputPerSecond, unit: "per second")) at batch \(best.batch))."
    }
    return
      "The knee is at \(strong: "batch \(chosen.batch)"): \(.number(chosen.throughputPerSecond, unit: "per second")), \(.ratio(chosen.throughputPerSecond / first.throughputPerSecond)) the throughput of batch \(first.batch), at a latency of \(.milliseconds(chosen.latency.p50)). Larger batches add less than 5 %."
  }
}
