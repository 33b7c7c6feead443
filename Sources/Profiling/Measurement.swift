internal import Statistics

/// How long to measure.
package struct MeasurementPolicy: Sendable {
  /// Seconds of measured runs at least.
  package var minimumSeconds: Double
  /// Measured runs at least, however long they take.
  package var minimumSamples: Int
  /// Seconds of warming up at most; a machine that never settles is told, not waited for.
  package var warmUpLimitSeconds: Double

  package init(minimumSeconds: Double = 2, minimumSamples: Int = 10, warmUpLimitSeconds: Double? = nil) {
    self.minimumSeconds = minimumSeconds
    self.minimumSamples = minimumSamples
    self.warmUpLimitSeconds = warmUpLimitSeconds ?? max(0.2, minimumSeconds / 2)
  }
}

/// The times of runs in steady state, warm-up apart.
package struct Measurement: Sendable {
  /// Milliseconds, in the order taken.
  package var samples: [Double]
  package var warmUpRuns: Int
  /// Whether warming up ended by itself and the samples' halves agree.
  package var isSteady: Bool

  /// Runs `body` until it is steady, then until `policy` is satisfied.
  ///
  /// - Parameters:
  ///   - progress: hears the fraction done, between runs.
  ///   - other: called after each measured run, outside its time and outside the limit: for runs that are watched more
  ///     closely and that the machine should meet in the same moments.
  package static func take(
    _ policy: MeasurementPolicy, progress: (Double) -> Void = { _ in }, _ body: () -> Void,
    between other: () -> Void = {}
  ) -> Measurement {
    var detector = SteadyStateDetector()
    var elapsed = 0.0
    while !detector.isSteady && (elapsed < policy.warmUpLimitSeconds || detector.count < 3) {
      let time = milliseconds(body)
      detector.add(time)
      elapsed += time / 1000
    }

    var samples: [Double] = []
    elapsed = 0
    while elapsed < policy.minimumSeconds || samples.count < policy.minimumSamples {
      let time = milliseconds(body)
      samples.append(time)
      elapsed += time / 1000
      other()
      progress(min(elapsed / policy.minimumSeconds, Double(samples.count) / Double(policy.minimumSamples)))
    }
    return Measurement(
      samples: samples, warmUpRuns: detector.count,
      isSteady: detector.isSteady && Statistics.isSteady(samples))
  }

  /// The time that `body` takes, in milliseconds.
  package static func milliseconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start).inMilliseconds
  }
}

extension Duration {
  package var inMilliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
  }
}

extension LatencySummary {
  /// Summarises `samples`, in milliseconds; nil if there are none.
  package init?(_ samples: [Double]) {
    let sorted = SortedSample(samples)
    guard let smallest = sorted.min, let median = sorted.median, let mean = Statistics.mean(samples) else {
      return nil
    }
    self.init(
      min: smallest, p50: median, p90: sorted.bearableQuantile(0.9), p95: sorted.bearableQuantile(0.95),
      p99: sorted.bearableQuantile(0.99), p999: sorted.bearableQuantile(0.999), mean: mean,
      standardDeviation: Statistics.standardDeviation(samples), confidence95: sorted.medianConfidence95)
  }
}
