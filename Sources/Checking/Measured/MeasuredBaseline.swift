package import Profiling

/// What a network took when the baseline was made: enough blocks to know how much they vary, and the machine that they are of.
package struct MeasuredBaseline: Sendable, Equatable {
  package static let schema = "assay-measured/1"

  package var conditions: MeasuredConditions
  /// The logarithmic ratio of network and calibration load, one for each block.
  package var logarithmicRatios: [Double]
  /// The median latency of quiet runs.
  package var milliseconds: Double
  /// The calibration load where it ran undisturbed.
  package var quietLoad: QuietLoad
  /// Told where it differs, but no bar: the version of Assay that measured.
  package var version: String

  package init(
    conditions: MeasuredConditions, logarithmicRatios: [Double], milliseconds: Double,
    quietLoad: QuietLoad, version: String
  ) {
    self.conditions = conditions
    self.logarithmicRatios = logarithmicRatios
    self.milliseconds = milliseconds
    self.quietLoad = quietLoad
    self.version = version
  }

  /// nil where the measurement has no quiet blocks.
  package init?(_ summary: CalibratedSummary, _ conditions: MeasuredConditions, version: String) {
    guard summary.logarithmicRatios.count > 1, let milliseconds = summary.milliseconds,
      let load = summary.quietLoad
    else { return nil }
    self.init(
      conditions: conditions, logarithmicRatios: summary.logarithmicRatios, milliseconds: milliseconds,
      quietLoad: load, version: version)
  }
}

/// What must be the same for two measurements to be of the same thing.
package struct MeasuredConditions: Sendable, Hashable {
  package var calibration: String
  package var batch: Int
  package var threads: Int
  package var instructionSet: String
  package var machine: EnvironmentFingerprint

  package init(
    calibration: String, batch: Int, threads: Int, instructionSet: String, machine: EnvironmentFingerprint
  ) {
    self.calibration = calibration
    self.batch = batch
    self.threads = threads
    self.instructionSet = instructionSet
    self.machine = machine
  }

  /// Why measurements under these conditions cannot be held against those under `other`; empty if they can.
  ///
  /// - Parameter isCalibrated: compare multiples of the calibration load across machines.
  package func obstacles(to other: MeasuredConditions, isCalibrated: Bool) -> [String] {
    var obstacles: [String] = []
    if calibration != other.calibration {
      obstacles.append("calibration load '\(other.calibration)' there, '\(calibration)' here")
    }
    if batch != other.batch { obstacles.append("batch \(other.batch) there, \(batch) here") }
    if threads != other.threads { obstacles.append("\(other.threads) threads there, \(threads) here") }
    if isCalibrated { return obstacles }
    if instructionSet != other.instructionSet {
      obstacles.append("instruction set '\(other.instructionSet)' there, '\(instructionSet)' here")
    }
    return obstacles + machine.differences(from: other.machine)
  }
}
