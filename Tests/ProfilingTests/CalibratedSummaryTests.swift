import Kernels
import Profiling
import Testing

/// Which runs of a calibrated measurement count. The times are made up: 0.64 ms of arithmetic and 0.05 ms of issue for a core
/// of its own, and what was seen where a neighbour shared it (0.68 and 0.06 ms, the network a sixth slower).
@Suite struct CalibratedSummaryTests {
  private func run(
    _ milliseconds: Double, arithmetic: Double = 0.64, issue: Double = 0.05, clock: Double = 1
  ) -> CalibratedRun {
    let load = CalibrationLoad.Time(
      issue: issue / clock, arithmetic: arithmetic / clock, whole: (arithmetic + 0.2) / clock)
    return CalibratedRun(
      milliseconds: milliseconds / clock, before: load, after: load, isInterrupted: false)
  }

  private func shared(_ milliseconds: Double) -> CalibratedRun {
    run(milliseconds * 7 / 6, arithmetic: 0.68, issue: 0.06)
  }

  @Test func runsOnASharedCoreDoNotCount() {
    let blocks = [
      Array(repeating: run(3.4), count: 8), Array(repeating: shared(3.4), count: 8),
      Array(repeating: run(3.4), count: 4) + Array(repeating: shared(3.4), count: 4),
    ]
    let summary = CalibratedSummary(blocks)
    #expect(summary.runs == 24 && summary.quietRuns == 12)
    #expect(summary.logarithmicRatios.count == 2)
    #expect(Set(summary.logarithmicRatios).count == 1)
    #expect(summary.milliseconds == 3.4)
  }

  /// By itself such a measurement cannot know; beside the baseline's load it does.
  @Test func aCoreThatIsAlwaysSharedShowsBesideTheReference() {
    let blocks = Array(repeating: Array(repeating: shared(3.4), count: 8), count: 4)
    #expect(CalibratedSummary(blocks).logarithmicRatios.count == 4)
    let reference = QuietLoad(arithmetic: 0.64, issue: 0.05)
    #expect(CalibratedSummary(blocks, reference).logarithmicRatios.isEmpty)
  }

  @Test func anotherClockIsNoNeighbour() {
    let reference = QuietLoad(arithmetic: 0.64, issue: 0.05)
    for clock in [0.7, 1, 1.3] {
      let blocks = [Array(repeating: run(3.4, clock: clock), count: 8)]
      #expect(CalibratedSummary(blocks, reference).quietRuns == 8)
    }
  }

  /// The load's memory part takes twice as long; a network that takes the sixth root of it longer has not changed.
  @Test func pressureOnMemoryIsTakenOut() throws {
    let slower = CalibrationLoad.Time(issue: 0.05, arithmetic: 0.64, whole: 0.64 + 2 * 0.2)
    let pressed = CalibratedRun(
      milliseconds: 3.4 * 1.122462, before: slower, after: slower, isInterrupted: false)
    let difference = pressed.logarithmicRatio - run(3.4).logarithmicRatio
    #expect(abs(difference) < 1e-5)
  }

  /// What a network takes is no reason to leave a run out.
  @Test func slowRunsOnAQuietCoreCount() {
    let blocks = [Array(repeating: run(3.4), count: 8), Array(repeating: run(6.8), count: 8)]
    #expect(CalibratedSummary(blocks).quietRuns == 16)
  }
}
