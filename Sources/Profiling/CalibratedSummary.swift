internal import Statistics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The quiet runs of a calibrated measurement.
///
/// A neighbour on the same core, which a virtual machine cannot see, makes a network half as slow again and the calibration load a
/// third; a ratio of the two would follow neither. So runs count only where the load beside them ran as fast as it can: the choice
/// looks at the load, never at the network's own time, and so favours no network.
package struct CalibratedSummary: Sendable, Equatable {
  /// The median logarithmic ratio of each block that has enough quiet runs, in the order taken.
  package private(set) var logarithmicRatios: [Double] = []
  /// The median latency of the quiet runs, in milliseconds; nil without any.
  package private(set) var milliseconds: Double?
  /// The arithmetic of the load where it ran undisturbed, in milliseconds.
  package private(set) var quietArithmetic: Double?
  package private(set) var runs = 0
  package private(set) var quietRuns = 0

  /// Quiet runs that make a block count.
  static let blockMinimum = 4
  /// How far from its best the load's arithmetic may be in a quiet run: a neighbour costs 20 % and more.
  static let tolerance = 1.12

  package init(_ blocks: [[CalibratedRun]]) {
    runs = blocks.reduce(0) { $0 + $1.count }
    let undisturbed = blocks.joined().filter { !$0.isInterrupted }
    guard let best = SortedSample(undisturbed.map(\.arithmetic)).quantile(0.05) else { return }
    quietArithmetic = best
    var latencies: [Double] = []
    for block in blocks {
      let quiet = block.filter { !$0.isInterrupted && $0.arithmetic <= best * Self.tolerance }
      quietRuns += quiet.count
      latencies += quiet.map(\.milliseconds)
      guard quiet.count >= Self.blockMinimum,
        let median = SortedSample(quiet.map(\.logarithmicRatio)).median, median.isFinite
      else { continue }
      logarithmicRatios.append(median)
    }
    milliseconds = SortedSample(latencies).median
  }
}

func logarithm(_ value: Double) -> Double { log(value) }
