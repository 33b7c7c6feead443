package import Profiling
internal import Statistics

extension HistoryMeasurement {
  /// nil where no block was quiet.
  package init?(_ summary: CalibratedSummary, _ conditions: MeasuredConditions) {
    guard let ratio = SortedSample(summary.logarithmicRatios).median, let milliseconds = summary.milliseconds
    else { return nil }
    self.init(conditions: conditions.text, milliseconds: milliseconds, logarithmicRatio: ratio)
  }
}

extension MeasuredConditions {
  /// As one text, the same for what may be compared.
  package var text: String {
    "\(machine.processor), \(machine.architecture), \(machine.cores) cores, \(machine.operatingSystem)"
      + (machine.governor.map { ", \($0)" } ?? "")
      + "; \(instructionSet), batch \(batch), \(threads == 1 ? "1 thread" : "\(threads) threads"); \(calibration)"
  }
}
