internal import Analysis
internal import Execution
internal import Network
internal import Operators

/// Runs a network once on values that came from files.
enum InferenceRunning {
  /// The inputs' extents follow from the values; what else is symbolic comes from `options`.
  static func run(
    _ network: Network, _ inputs: [String: RuntimeValue], _ options: AnalysisOptions, threads: Int,
    memoryLimit: Int
  ) throws(Failure) -> Inference {
    var bindings = options
    for (name, value) in inputs {
      if let tensor = value.tensor { bindings.inputShapes[name] = tensor.dimensions }
    }
    let inferred = try NetworkLoading.infer(network, bindings)
    do throws(ExecutionError) {
      return try Inference(
        inferred, inputs: inputs, options: PlanOptions(threads: threads, memoryLimit: memoryLimit))
    } catch {
      throw failure(error, network)
    }
  }

  static func failure(_ error: ExecutionError, _ network: Network) -> Failure {
    if case .memoryLimit = error {
      return Failure(
        .cannotRun, "\(network.path): \(error.message); raise the limit with --limit memory=BYTES")
    }
    return Failure(.cannotRun, "\(network.path): \(error.message)")
  }
}
