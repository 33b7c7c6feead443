internal import Profiling

/// A figure of one batch size of a profile.
struct BatchFigure: Sendable {
  let key: String
  let unit: FigureUnit
  let worse: Direction?
  let read: @Sendable (BatchProfile) -> FigureValue

  init(
    _ key: String, _ unit: FigureUnit, worse: Direction? = .up,
    _ read: @escaping @Sendable (BatchProfile) -> FigureValue
  ) {
    self.key = key
    self.unit = unit
    self.worse = worse
    self.read = read
  }
}

extension NetworkFigures {
  static let coldStart = [
    NetworkFigure("profile.coldStart.loadMilliseconds", .milliseconds, isMeasured: true) { _, profile in
      FigureValue(profile?.coldStart.loadMilliseconds)
    },
    NetworkFigure("profile.coldStart.planMilliseconds", .milliseconds, isMeasured: true) { _, profile in
      FigureValue(profile?.coldStart.planMilliseconds)
    },
    NetworkFigure("profile.coldStart.firstRunMilliseconds", .milliseconds, isMeasured: true) { _, profile in
      FigureValue(profile?.coldStart.firstRunMilliseconds)
    },
  ]

  /// Of the first batch size measured; `profile.batches.N.` names another.
  static let batchFigures =
    latency + [
      BatchFigure("throughputPerSecond", .perSecond, worse: .down) { .number($0.throughputPerSecond) },
      BatchFigure("gigaflopsPerSecond", .gigaflopsPerSecond, worse: .down) {
        FigureValue($0.gigaflopsPerSecond)
      },
      BatchFigure("peakMemoryBytes", .bytes) { FigureValue($0.peakMemoryBytes) },
      BatchFigure("arenaBytes", .bytes) { .integer($0.arenaBytes) },
      BatchFigure("arenaLowerBoundBytes", .bytes) { .integer($0.arenaLowerBoundBytes) },
      BatchFigure("packedWeightBytes", .bytes) { .integer($0.packedWeightBytes) },
      BatchFigure("layerSumMilliseconds", .milliseconds) { FigureValue($0.layerSumMilliseconds) },
    ]

  private static let latency = [
    latency("min") { $0.min }, latency("p50") { $0.p50 }, latency("p90") { $0.p90 },
    latency("p95") { $0.p95 },
    latency("p99") { $0.p99 }, latency("p999") { $0.p999 }, latency("mean") { $0.mean },
    latency("standardDeviation") { $0.standardDeviation },
  ]

  private static func latency(
    _ name: String, _ read: @escaping @Sendable (LatencySummary) -> Double?
  ) -> BatchFigure {
    BatchFigure("latencyMilliseconds.\(name)", .milliseconds) { FigureValue(read($0.latency)) }
  }
}
