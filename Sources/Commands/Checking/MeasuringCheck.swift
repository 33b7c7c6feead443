internal import Analysis
internal import Checking
internal import Kernels
internal import Network
internal import Profiling
internal import Reporting
internal import Statistics

/// The measured part of a check: how long networks are measured and what they are held against.
struct MeasuringCheck {
  static let measure = Option("--measure", help: "Measure too, and judge the time by its own noise")
  static let timeLimit = Option(
    "--time-limit", value: "SECONDS",
    help: "Seconds of measuring a network at most (default 60)")
  static let calibrated = Option(
    "--calibrated", help: "Compare times of another machine as multiples of the calibration load")
  static let options = [measure, timeLimit, calibrated, ProfileArguments.threads]

  /// What is judged by counting or by absolute limits: the budget without relative limits on measured time.
  let countedBudget: Budget?
  /// Relative limits on measured time.
  private let relative: [Limit]
  private let needsProfile: Bool
  private let baseline: Baseline?
  private let timeLimit: Double
  private let threads: Int
  private let isCalibrated: Bool
  private let bindings: AnalysisOptions

  /// A baseline takes this many blocks: it is held against many measurements, and its own error is in all of them.
  private static let baselineBlocks = 128
  /// Without a baseline, for a history.
  private static let loneBlocks = 24

  /// nil where nothing is to be measured.
  init?(_ arguments: Arguments, budget: Budget?, baseline: Baseline?) throws(Failure) {
    do throws(UsageError) {
      timeLimit = try arguments.number(Self.timeLimit.name, in: 1...86400) ?? 60
      threads = try arguments.integer(ProfileArguments.threads.name, in: 1...1024) ?? 1
    } catch {
      throw Failure(error)
    }
    bindings = try NetworkLoading.options(arguments)
    isCalibrated = arguments.has(Self.calibrated.name)
    guard arguments.has(Self.measure.name) else {
      for option in [Self.timeLimit, Self.calibrated, ProfileArguments.threads]
      where arguments.has(option.name) {
        throw Failure(.wrongUsage, "'\(option.name)' says how to measure; add --measure")
      }
      return nil
    }
    self.baseline = baseline
    let isMeasured = { (limit: Limit) in
      limit.layers == nil && (NetworkFigures.find(limit.figure)?.isMeasured ?? false)
    }
    let limits = budget?.limits ?? []
    relative = limits.filter { isMeasured($0) && $0.bound.isRelative }
    for limit in relative {
      guard limit.figure == MeasuredCheck.figure, case .maxIncrease(.percent) = limit.bound else {
        throw Failure(
          .wrongUsage,
          "\(arguments.string(CheckCommand.budget.name) ?? ""):\(limit.line): measured time is held against a baseline by 'maxIncrease' in percent of '\(MeasuredCheck.figure)' only; other measured figures take 'max' and 'min'"
        )
      }
    }
    needsProfile = limits.contains { isMeasured($0) && !$0.bound.isRelative }
    countedBudget = budget.map { budget in
      var counted = budget
      counted.limits = limits.filter { !(isMeasured($0) && $0.bound.isRelative) }
      return counted
    }
  }

  /// Adds measured figures to the subject where absolute limits ask for them.
  func profile(
    _ subject: inout CheckSubjects.Subject, _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) {
    guard needsProfile else { return }
    let options = ProfileOptions(
      batches: [bindings.batch ?? 1], threads: threads, measuresLayers: false, analysis: bindings,
      version: assayVersion, loadMilliseconds: 0)
    let profile = try ProfileArguments.profile(subject.network, options, arguments, streams)
    subject.snapshot = NetworkSnapshot(subject.inferred, subject.analysis, profile: profile)
  }

  /// Measures the subject: for the baseline, against it, or where there is none for the history alone. Returns what was measured;
  /// nil where the baseline says nothing of this run.
  func measure(
    _ subject: inout CheckSubjects.Subject, _ check: inout NetworkCheck, isUpdate: Bool,
    _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) -> HistoryMeasurement? {
    let bar = ProgressBar(on: streams.error, quiet: arguments.has(OutputOptions.quiet.name))
    defer { bar.clear() }
    let before = isUpdate ? nil : try comparable(&check)
    if !isUpdate, baseline != nil, before == nil { return nil }
    let summary: CalibratedSummary
    do throws(ProfileError) {
      if let before {
        let measured = try judge(subject, before, bar)
        summary = measured.summary
        check.add(measured)
      } else {
        summary = try measureAlone(subject, blocks: isUpdate ? Self.baselineBlocks : Self.loneBlocks, bar)
        guard isUpdate else { return HistoryMeasurement(summary, conditions) }
        subject.snapshot.measured = MeasuredBaseline(summary, conditions, version: assayVersion)?.json
      }
    } catch {
      throw ProfileArguments.failure(error, subject.network)
    }
    if isUpdate, subject.snapshot.measured == nil {
      throw Failure(
        .cannotRun,
        "\(subject.path): no quiet moment in \(Numbers.tick(timeLimit)) s to measure a baseline in; try a longer --time-limit"
      )
    }
    return HistoryMeasurement(summary, conditions)
  }

  /// Measures until there are so many quiet blocks, or the time is over.
  private func measureAlone(
    _ subject: CheckSubjects.Subject, blocks: Int, _ bar: ProgressBar
  ) throws(ProfileError) -> CalibratedSummary {
    var measurement = try CalibratedMeasurement(subject.network, options)
    let start = ContinuousClock.now
    var summary = measurement.summary()
    while summary.logarithmicRatios.count < blocks, seconds(since: start) < timeLimit {
      try measurement.addBlock()
      summary = measurement.summary()
      bar.show(Double(summary.logarithmicRatios.count) / Double(blocks), "measuring")
    }
    return summary
  }

  /// The baseline's measurement of the network; nil, with the check's obstacle set, where it says nothing of this run.
  private func comparable(_ check: inout NetworkCheck) throws(Failure) -> MeasuredBaseline? {
    guard let baseline else { return nil }
    guard let node = baseline.networks.first(where: { $0.name == check.network.name })?.measured else {
      check.obstacle = check.obstacle ?? .notMeasured
      return nil
    }
    let before: MeasuredBaseline
    do throws(BaselineError) {
      before = try MeasuredBaseline(node)
    } catch {
      throw Failure(.notComparable, "the baseline of '\(check.network.name)'\(error.message)")
    }
    let differences = conditions.obstacles(to: before.conditions, isCalibrated: isCalibrated)
    guard differences.isEmpty else {
      check.obstacle = check.obstacle ?? .otherConditions(differences)
      return nil
    }
    return before
  }

  /// Measures until the verdict is known or the time is over.
  private func judge(
    _ subject: CheckSubjects.Subject, _ before: MeasuredBaseline, _ bar: ProgressBar
  ) throws(ProfileError) -> MeasuredCheck {
    let limit = relative.last { $0.applies(to: subject.snapshot.name) }
    var policy = ChangePolicy()
    if let limit, case .maxIncrease(.percent(let percent)) = limit.bound { policy.tolerance = percent / 100 }
    var measurement = try CalibratedMeasurement(subject.network, options)
    let start = ContinuousClock.now
    while true {
      try measurement.addBlock()
      let summary = measurement.summary(isCalibrated ? nil : before.quietLoad)
      let judgement =
        ChangeJudgement(of: summary.logarithmicRatios, against: before.logarithmicRatios, policy)
        ?? .nothing
      let elapsed = seconds(since: start)
      bar.show(elapsed / timeLimit, "measuring against the baseline")
      guard judgement.verdict != .undecided || elapsed >= timeLimit else { continue }
      return MeasuredCheck(
        judgement: judgement, policy: policy, severity: limit?.severity ?? .error, limit: limit,
        baseline: before, summary: summary, isCalibrated: isCalibrated, seconds: elapsed)
    }
  }

  private var conditions: MeasuredConditions {
    MeasuredConditions(
      calibration: CalibratedMeasurement.calibration, batch: bindings.batch ?? 1, threads: threads,
      instructionSet: options.instructionSet.rawValue, machine: .current)
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start).inMilliseconds / 1000
  }

  private var options: CalibratedOptions { CalibratedOptions(threads: threads, analysis: bindings) }
}
