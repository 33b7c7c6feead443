internal import Statistics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The calibration load where it has the core for itself, in milliseconds.
package struct QuietLoad: Sendable, Equatable {
  package var arithmetic: Double
  package var issue: Double

  package init(arithmetic: Double, issue: Double) {
    self.arithmetic = arithmetic
    self.issue = issue
  }
}

/// The quiet runs of a calibrated measurement.
///
/// A neighbour on the same core, which a virtual machine cannot see, makes a network a sixth or a half slower, and the calibration
/// load by less: a ratio of the two would follow neither. So runs count only where the load beside them ran as fast as it can: the
/// choice looks at the load, never at the network's own time, and so favours no network.
package struct CalibratedSummary: Sendable, Equatable {
  /// The median logarithmic ratio of each block that has enough quiet runs, in the order taken.
  package private(set) var logarithmicRatios: [Double] = []
  /// The median latency of the quiet runs, in milliseconds; nil without any.
  package private(set) var milliseconds: Double?
  /// The load where it ran undisturbed.
  package private(set) var quietLoad: QuietLoad?
  package private(set) var runs = 0
  package private(set) var quietRuns = 0

  /// Quiet runs that make a block count.
  static let blockMinimum = 4
  /// How far from their best the load's parts may be in a quiet run: a neighbour that computes costs the arithmetic 20 % and
  /// more, and any neighbour costs the issue of instructions 6 % and more.
  static let arithmeticTolerance = 1.12
  static let issueTolerance = 1.04

  package init(_ blocks: [[CalibratedRun]], _ reference: QuietLoad? = nil) {
    runs = blocks.reduce(0) { $0 + $1.count }
    let undisturbed = blocks.joined().filter { !$0.isInterrupted }
    guard let best = Self.best(of: undisturbed, reference) else { return }
    quietLoad = best
    var latencies: [Double] = []
    for block in blocks {
      let quiet = block.filter { Self.isQuiet($0, best) }
      quietRuns += quiet.count
      latencies += quiet.map(\.milliseconds)
      guard quiet.count >= Self.blockMinimum,
        let median = SortedSample(quiet.map(\.logarithmicRatio)).median, median.isFinite
      else { continue }
      logarithmicRatios.append(median)
    }
    milliseconds = SortedSample(latencies).median
  }

  private static func isQuiet(_ run: CalibratedRun, _ best: QuietLoad) -> Bool {
    !run.isInterrupted && run.arithmetic <= best.arithmetic * arithmeticTolerance
      && run.issue <= best.issue * issueTolerance
  }

  /// A core that was shared all the time shows only beside the reference: arithmetic tells the clock of then and now, and what is
  /// issued beside it whether somebody shares.
  private static func best(of runs: [CalibratedRun], _ reference: QuietLoad?) -> QuietLoad? {
    guard let arithmetic = SortedSample(runs.map(\.arithmetic)).quantile(0.05),
      let issue = SortedSample(runs.map(\.issue)).quantile(0.05)
    else { return nil }
    let known = reference.map { $0.issue * arithmetic / $0.arithmetic } ?? .infinity
    return QuietLoad(arithmetic: arithmetic, issue: min(issue, known))
  }
}

func logarithm(_ value: Double) -> Double { log(value) }
