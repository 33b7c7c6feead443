internal import Analysis
internal import Checking
internal import Execution
internal import Kernels
internal import Network

/// The networks that a check is about, each with all its counted figures.
enum CheckSubjects {
  struct Subject {
    var path: String
    var network: Network
    var inferred: InferredGraph
    var analysis: StaticAnalysis
    var snapshot: NetworkSnapshot
  }

  static func read(
    _ paths: [String], _ arguments: Arguments, needsArena: Bool
  ) throws(Failure) -> [Subject] {
    let options = try NetworkLoading.options(arguments)
    var subjects: [Subject] = []
    for path in paths {
      let subject = try read(path, options, arguments, needsArena: needsArena)
      if let other = subjects.first(where: { $0.snapshot.name == subject.snapshot.name }) {
        throw Failure(
          .wrongUsage,
          "'\(other.path)' and '\(path)' are both called '\(subject.snapshot.name)'; check them one at a time, each with its own baseline"
        )
      }
      subjects.append(subject)
    }
    return subjects
  }

  private static func read(
    _ path: String, _ options: AnalysisOptions, _ arguments: Arguments, needsArena: Bool
  ) throws(Failure) -> Subject {
    let network = try NetworkLoading.read(path, arguments)
    let inferred = try NetworkLoading.infer(network, options)
    var analysis: StaticAnalysis
    do throws(AnalysisError) {
      analysis = try Analyzer.analyze(inferred)
    } catch {
      throw NetworkLoading.failure(error, network)
    }
    if needsArena { analysis.totals.activations.peakArena = arena(inferred) }
    return Subject(
      path: path, network: network, inferred: inferred, analysis: analysis,
      snapshot: NetworkSnapshot(inferred, analysis))
  }

  /// As planned for the portable kernels on one thread, so that every machine counts the same; nil for a network that the
  /// executor does not run.
  private static func arena(_ inferred: InferredGraph) -> ArenaPeak? {
    do throws(ExecutionError) {
      let plan = try Plan(inferred, options: PlanOptions(instructionSet: .portable))
      return ArenaPeak(bytes: plan.arenaBytes, lowerBoundBytes: plan.arenaLowerBoundBytes)
    } catch {
      return nil
    }
  }
}
