internal import Profiling

/// What a machine can do at most with a number of threads (Williams, Waterman, Patterson, "Roofline", CACM 2009).
struct Roof: Sendable {
  /// Floating-point operations, 10⁹ per second.
  var gigaflops: Double
  /// Bytes, 10⁹ per second.
  var bandwidth: Double
  var threads: Int

  /// nil if the machine was not measured.
  init?(_ machine: Machine, threads: Int) {
    let all = threads >= machine.threads
    let scale = Double(max(threads, 1))
    gigaflops =
      all ? machine.peakGigaflops : min(machine.peakGigaflopsPerThread * scale, machine.peakGigaflops)
    bandwidth =
      all
      ? machine.bandwidthGigabytes
      : min(machine.bandwidthGigabytesPerThread * scale, machine.bandwidthGigabytes)
    self.threads = threads
    guard gigaflops > 0, bandwidth > 0, gigaflops.isFinite, bandwidth.isFinite else { return nil }
  }

  /// Operations per byte from which on arithmetic is the limit.
  var ridge: Double { gigaflops / bandwidth }

  /// What is added to a share of the peak that counted work seems to reach: it can be more than the whole.
  static func remark(onShare share: Double) -> Prose {
    share > 1 ? " (as counted; Winograd's algorithm does with fewer operations)" : ""
  }

  func bound(atIntensity intensity: Double) -> Bound { intensity >= ridge ? .compute : .memory }

  /// The most that can be reached at an intensity, 10⁹ operations per second.
  func attainable(atIntensity intensity: Double) -> Double { min(gigaflops, intensity * bandwidth) }
}
