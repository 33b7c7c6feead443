internal import Analysis
internal import Execution
internal import Kernels
internal import Network
internal import Profiling

/// The options that say what is measured and for how long.
enum ProfileArguments {
  static let batches = Option(
    "--batch", value: "1,2,4,8", help: "Batch sizes to measure (default 1, or the file's own)")
  static let threads = Option("--threads", value: "T", help: "Threads (default 1)")
  static let minimumTime = Option(
    "--min-time", value: "SECONDS", help: "Measured time per batch size at least (default 2)")
  static let instructionSet = Option(
    "--isa", choices: InstructionSet.allCases.map(\.rawValue),
    help: "Instruction set of the kernels (default: the widest that runs here)")

  static func options(
    _ arguments: Arguments, batches defaultBatches: [Int], measuresLayers: Bool, loadMilliseconds: Double
  ) throws(Failure) -> ProfileOptions {
    do throws(UsageError) {
      let isa = arguments.string(instructionSet.name).flatMap(InstructionSet.init) ?? .native
      guard isa.isAvailable else {
        throw .invalidValue(
          option: instructionSet.name, value: isa.rawValue,
          expected: "what this processor runs, at most \(InstructionSet.native.rawValue)")
      }
      return ProfileOptions(
        batches: try arguments.integers(batches.name, in: 1...65536) ?? defaultBatches,
        threads: try arguments.integer(threads.name, in: 1...1024) ?? 1,
        policy: MeasurementPolicy(
          minimumSeconds: try arguments.number(minimumTime.name, in: 0...3600) ?? 2),
        measuresLayers: measuresLayers, explains: arguments.has(ProfileCommand.explain.name),
        instructionSet: isa,
        analysis: try NetworkOptions.analysisOptions(arguments, takesBatch: false), version: assayVersion,
        loadMilliseconds: loadMilliseconds, memoryLimit: try LimitOptions(arguments).memoryBytes)
    } catch {
      throw Failure(error)
    }
  }

  /// What is measured of `network`: where its file, or what is bound, says the batch, that one instead of the default ones.
  static func options(
    for network: Network, _ arguments: Arguments, batches: [Int], measuresLayers: Bool,
    loadMilliseconds: Double
  ) throws(Failure) -> ProfileOptions {
    var options = try options(
      arguments, batches: batches, measuresLayers: measuresLayers, loadMilliseconds: loadMilliseconds)
    if !arguments.has(Self.batches.name), let bound = network.boundBatch(options.analysis), bound > 0 {
      options.batches = [bound]
    }
    return options
  }

  /// Profiles with a progress bar.
  static func profile(
    _ network: Network, _ options: ProfileOptions, _ arguments: Arguments, _ streams: Streams
  ) throws(Failure) -> Profile {
    let bar = ProgressBar(on: streams.error, quiet: arguments.has(OutputOptions.quiet.name))
    defer { bar.clear() }
    do throws(ProfileError) {
      return try Profiler.profile(network, options) { bar.show($0.fraction, $0.activity) }
    } catch {
      throw failure(error, network)
    }
  }

  static func failure(_ error: ProfileError, _ network: Network) -> Failure {
    switch error {
    case .analysis(let error): NetworkLoading.failure(error, network)
    case .execution(let error): InferenceRunning.failure(error, network)
    case .memory(.outOfMemory(let bytes)): Failure(.cannotRun, "no memory for \(bytes) bytes")
    }
  }
}
