package import Analysis
internal import Execution
package import Kernels
package import Network
internal import Statistics

/// What is measured in calibrated runs.
package struct CalibratedOptions: Sendable {
  package var threads: Int
  package var instructionSet: InstructionSet
  /// Values of symbols, inputs and the batch.
  package var analysis: AnalysisOptions

  package init(
    threads: Int = 1, instructionSet: InstructionSet = .native, analysis: AnalysisOptions = AnalysisOptions()
  ) {
    self.threads = threads
    self.instructionSet = instructionSet
    self.analysis = analysis
  }
}

/// One run of the network between two runs of the calibration load.
package struct CalibratedRun: Sendable {
  package var milliseconds: Double
  /// The calibration before and after.
  package var before: CalibrationLoad.Time
  package var after: CalibrationLoad.Time
  /// Whether the system took the processor away meanwhile.
  package var isInterrupted: Bool

  package init(
    milliseconds: Double, before: CalibrationLoad.Time, after: CalibrationLoad.Time, isInterrupted: Bool
  ) {
    self.milliseconds = milliseconds
    self.before = before
    self.after = after
    self.isInterrupted = isInterrupted
  }

  /// The network's time as a multiple of the load's, as a natural logarithm. The load's time is the weighted geometric mean of its two
  /// parts: a machine that is slower in one of them by some percent makes the network slower by so much of it.
  package var logarithmicRatio: Double {
    logarithm(milliseconds)
      - (1 - Self.memoryWeight) * logarithm((before.arithmetic + after.arithmetic) / 2)
      - Self.memoryWeight * logarithm((before.memory + after.memory) / 2)
  }

  /// MobileNetV2, measured with and without processes beside it that stream memory: 2.3 times the time of the load's memory part went
  /// with 1.15 times its own, the arithmetic alike.
  static let memoryWeight = 1.0 / 6

  /// The slower of the two, each of which says whether somebody else used the core.
  package var arithmetic: Double { max(before.arithmetic, after.arithmetic) }
  package var issue: Double { max(before.issue, after.issue) }
}

/// Measures a network against the machine: blocks of runs, each run between two of the calibration load, and before each block a
/// fresh plan and executor, and a fresh load.
///
/// Where weights, activations and the load's buffers come to lie in memory changes their times by a percent or more and stays as it
/// is for their life: so the block, not the run, is what varies independently. Those of the two blocks before are kept until the
/// next are made, so that these cannot get the pages that they had.
package struct CalibratedMeasurement {
  private let network: Network
  private let options: CalibratedOptions
  private let inferred: InferredGraph
  private var held: [(executor: Executor, load: CalibrationLoad)] = []

  /// Blocks so far, each with its runs in order.
  package private(set) var blocks: [[CalibratedRun]] = []

  package init(_ network: Network, _ options: CalibratedOptions) throws(ProfileError) {
    self.network = network
    self.options = options
    do throws(AnalysisError) {
      inferred = try ShapeInference.infer(network, options.analysis)
    } catch {
      throw .analysis(error)
    }
  }

  /// Measures one more block: `blockSeconds` of runs, but at least `minimumRuns` of them.
  package mutating func addBlock(
    blockSeconds: Double = 0.16, minimumRuns: Int = 8
  ) throws(ProfileError) {
    let load: CalibrationLoad
    do throws(MemoryError) {
      load = try CalibrationLoad(options.instructionSet, threads: options.threads)
    } catch {
      throw .memory(error)
    }
    do throws(ExecutionError) {
      let executor = try freshExecutor()
      if held.count >= 2 { held.removeFirst() }
      held.append((executor, load))
      blocks.append(try Self.block(executor, load, seconds: blockSeconds, minimumRuns: minimumRuns))
    } catch {
      throw .execution(error)
    }
  }

  private func freshExecutor() throws(ExecutionError) -> Executor {
    let plan = try Plan(
      inferred, options: PlanOptions(instructionSet: options.instructionSet, threads: options.threads))
    let executor = try Executor(plan)
    try SampleInputs.set(on: executor, for: inferred)
    return executor
  }

  private static func block(
    _ executor: Executor, _ load: CalibrationLoad, seconds: Double, minimumRuns: Int
  ) throws(ExecutionError) -> [CalibratedRun] {
    // Caches and branch predictors settle in the first runs.
    for _ in 0..<2 { try executor.run() }
    _ = load.run()
    var runs: [CalibratedRun] = []
    let start = ContinuousClock.now
    var interruptions = SystemFacts.interruptions
    var before = load.run()
    var wasInterrupted = SystemFacts.interruptions != interruptions
    while runs.count < minimumRuns || (ContinuousClock.now - start).inMilliseconds < seconds * 1000 {
      interruptions = SystemFacts.interruptions
      let runStart = ContinuousClock.now
      try executor.run()
      let milliseconds = (ContinuousClock.now - runStart).inMilliseconds
      let between = SystemFacts.interruptions
      let after = load.run()
      let isInterrupted = SystemFacts.interruptions != between
      runs.append(
        CalibratedRun(
          milliseconds: milliseconds, before: before, after: after,
          isInterrupted: wasInterrupted || isInterrupted || between != interruptions))
      before = after
      wasInterrupted = isInterrupted
    }
    return runs
  }
}

extension CalibratedMeasurement {
  package static let calibration = CalibrationLoad.identifier

  /// What the blocks say so far.
  ///
  /// - Parameter reference: how fast the load is where nobody shares this machine's core, if that is known.
  package func summary(_ reference: QuietLoad? = nil) -> CalibratedSummary {
    CalibratedSummary(blocks, reference)
  }
}
