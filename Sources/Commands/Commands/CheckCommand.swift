internal import Checking
internal import Reporting

/// `assay check NETWORK...`: budgets and a baseline, for continuous integration.
enum CheckCommand: Command {
  static let budget = Option("--budget", value: "FILE", help: "Limits on figures (assay-budget/1)")
  static let baseline = Option(
    "--baseline", value: "FILE", help: "What the networks cost before (assay-baseline/1)")
  static let update = Option(
    "--update-baseline", help: "Write the networks' figures into the baseline; judge absolute limits only")
  static let name = Option(
    "--name", value: "NAME", help: "Tells apart the comments of several checks (default: default)")

  static let description = CommandDescription(
    "check", summary: "Hold networks against a budget and a baseline",
    operands: .init("NETWORK [NETWORK ...]", count: 1...256),
    options: [budget, baseline, update, name] + MeasuringCheck.options + HistoryArguments.options
      + NetworkOptions.all + [
        LimitOptions.limit, OutputOptions.format(CheckFormat.allCases.map(\.rawValue)), OutputOptions.output,
        OutputOptions.strict,
        OutputOptions.quiet, OutputOptions.noColor,
      ],
    examples: [
      "assay check network.onnx --baseline assay-baseline.json --update-baseline",
      "assay check network.onnx --baseline assay-baseline.json",
      "assay check network.onnx --baseline assay-baseline.json --measure --time-limit 60",
      "assay check a.onnx b.onnx --budget assay-budget.json --format markdown --output comment.md",
      "assay check network.onnx --budget assay-budget.json --format junit --output assay.xml",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let rules = try Rules(arguments)
    let measuring = try MeasuringCheck(arguments, budget: rules.budget, baseline: rules.baseline)
    let history = try HistoryArguments(arguments)
    let checker = try rules.checker(counting: measuring?.countedBudget)
    var subjects = try CheckSubjects.read(arguments.operands, arguments, needsArena: rules.needsArena)
    if let measuring {
      for index in subjects.indices { try measuring.profile(&subjects[index], arguments, streams) }
    }
    var checks: [NetworkCheck] = []
    do throws(CheckerError) {
      for subject in subjects { checks.append(try checker.check(subject.snapshot, path: subject.path)) }
    } catch {
      throw BudgetFile.failure(error, rules.budgetPath)
    }
    var measurements = [HistoryMeasurement?](repeating: nil, count: subjects.count)
    if let measuring {
      for index in subjects.indices {
        measurements[index] = try measuring.measure(
          &subjects[index], &checks[index], isUpdate: rules.isUpdate, arguments, streams)
      }
    }
    if rules.isUpdate, let path = arguments.string(baseline.name) {
      try BaselineFile.update(path, with: subjects.map(\.snapshot))
      for index in checks.indices { checks[index].obstacle = nil }
      if !arguments.has(OutputOptions.quiet.name) { streams.error.write("updated \(path)\n") }
    }
    try history?.append(checks, measurements)
    try write(checks, arguments, streams)
    return try status(of: checks, arguments)
  }

  private static func write(
    _ checks: [NetworkCheck], _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) {
    let format = arguments.string("--format").flatMap(CheckFormat.init) ?? .table
    let name = arguments.string(name.name) ?? "default"
    var text = format.text(checks, name: name, terminal: Rendering.terminal(arguments, streams))
    if WorkflowOutput.isWanted {
      WorkflowOutput.write(checks, name: name, streams)
      if arguments.string(OutputOptions.output.name) == nil {
        text = WorkflowCommands.harmless(text, isJSON: format.isJSON)
      }
    }
    try OutputOptions.write(text, arguments, streams)
  }

  /// A limit exceeded outweighs what could not be compared, and that what is incomplete.
  private static func status(
    of checks: [NetworkCheck], _ arguments: Arguments
  ) throws(Failure) -> ExitStatus {
    if checks.contains(where: \.isExceeded) { return .exceeded }
    for check in checks {
      if let obstacle = check.obstacle {
        throw Failure(.notComparable, "\(check.path): \(ObstacleText.sentence(obstacle))")
      }
    }
    guard arguments.has(OutputOptions.strict.name) else { return .done }
    for check in checks where check.isIncomplete {
      let uncounted = check.network.uncounted.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      let unknown = check.judgements.filter { $0.verdict == .unknown }.map(\.figure)
      throw Failure(
        .incomplete,
        "\(check.path): figures are incomplete: \((uncounted + unknown).joined(separator: ", "))")
    }
    return .done
  }
}

extension CheckCommand {
  /// What the command line says the networks are held against.
  private struct Rules {
    var budget: Budget?
    var baseline: Baseline?
    let isUpdate: Bool
    private let hasHistory: Bool
    let budgetPath: String

    init(_ arguments: Arguments) throws(Failure) {
      let budgetPath = arguments.string(CheckCommand.budget.name)
      self.budgetPath = budgetPath ?? ""
      let baselinePath = arguments.string(CheckCommand.baseline.name)
      isUpdate = arguments.has(CheckCommand.update.name)
      hasHistory = arguments.has(HistoryArguments.history.name)
      guard budgetPath != nil || baselinePath != nil || hasHistory else {
        throw Failure(
          .wrongUsage,
          "'check' needs --budget FILE, --baseline FILE or --history FILE; make a baseline with --baseline FILE --update-baseline"
        )
      }
      if isUpdate, baselinePath == nil {
        throw Failure(.wrongUsage, "'--update-baseline' needs the file to write: --baseline FILE")
      }
      budget = try budgetPath.map { (path) throws(Failure) in try BudgetFile.read(path) }
      guard let baselinePath else { return }
      baseline = try BaselineFile.read(baselinePath)
      if isUpdate {
        // What is being made the rule cannot break it: relative limits rest.
        budget = Budget(limits: (budget?.limits ?? []).filter { !$0.bound.isRelative }, unlisted: nil)
      } else if baseline == nil {
        throw Failure(
          .notComparable, "\(baselinePath): there is no such file; make it with --update-baseline")
      }
    }

    /// - Parameter countedBudget: what is left of the budget where its relative limits on measured time are judged apart.
    func checker(counting countedBudget: Budget?) throws(Failure) -> Checker {
      do throws(CheckerError) {
        return try Checker(budget: countedBudget ?? budget, baseline: baseline)
      } catch {
        throw BudgetFile.failure(error, budgetPath)
      }
    }

    /// Planning takes longer than counting, so it is done where a rule or a baseline asks for it.
    var needsArena: Bool {
      baseline != nil || isUpdate || hasHistory
        || (budget?.limits.contains { $0.figure.hasPrefix(NetworkFigures.arenaPrefix) } ?? false)
    }
  }
}
