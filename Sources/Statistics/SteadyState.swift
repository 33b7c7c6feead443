/// Tells when runs have stopped getting faster.
///
/// Caches, page tables, branch predictors and the processor's frequency settle over the first runs. The times have settled
/// when the median of the latest `window` of them is no longer below that of the window before by more than `tolerance`;
/// getting slower is noise of the machine, not warming up.
package struct SteadyStateDetector: Sendable {
  package let window: Int
  package let tolerance: Double
  private var times: [Double] = []

  package init(window: Int = 3, tolerance: Double = 0.03) {
    self.window = window
    self.tolerance = tolerance
  }

  /// Runs seen so far.
  package var count: Int { times.count }

  package mutating func add(_ time: Double) { times.append(time) }

  package var isSteady: Bool {
    guard times.count >= 2 * window,
      let latest = SortedSample(Array(times.suffix(window))).median,
      let before = SortedSample(Array(times.dropLast(window).suffix(window))).median
    else { return false }
    return latest >= before * (1 - tolerance)
  }
}

/// Whether the second half of `samples` runs at the speed of the first: their medians differ by at most `tolerance`.
package func isSteady(_ samples: [Double], tolerance: Double = 0.05) -> Bool {
  let half = samples.count / 2
  guard half >= 2, let first = SortedSample(Array(samples.prefix(half))).median,
    let second = SortedSample(Array(samples.suffix(half))).median
  else { return false }
  return abs(second - first) <= tolerance * first
}
