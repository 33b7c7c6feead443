internal import Analysis
internal import Profiling
internal import Reporting

/// `assay profile NETWORK`: measured on the built-in executor.
enum ProfileCommand: Command {
  static let layers = Option("--layers", help: "Time every layer too")
  static let explain = Option(
    "--explain", help: "Say of every step which kernel runs it and why, and the least time it could take")
  static let samples = Option(
    "--samples", value: "FILE", help: "Write the raw latencies as CSV, milliseconds")

  static let description = CommandDescription(
    "profile", summary: "Measure a network on the built-in executor", operands: .network,
    options: [
      ProfileArguments.batches, ProfileArguments.threads, ProfileArguments.minimumTime, layers, explain,
      samples,
    ]
      + [
        NetworkOptions.inputShape, NetworkOptions.dimension, ViewOptions.depth, LimitOptions.limit,
        ProfileArguments.instructionSet,
      ] + [
        OutputOptions.format(["table", "json", "csv", "markdown"]), OutputOptions.output,
        OutputOptions.strict,
        OutputOptions.quiet, OutputOptions.noColor,
      ],
    examples: [
      "assay profile Fixtures/resnet50.onnx --batch 1,2,4,8 --threads 2",
      "assay profile Fixtures/mobilenet_v2.onnx --layers",
      "assay profile Fixtures/resnet50.onnx --explain",
      "assay profile Fixtures/bert_base.onnx --dim S=128 --format json --output bert.json",
    ])

  static func run(_ arguments: Arguments, _ streams: Streams) throws(Failure) -> ExitStatus {
    let subject = try Self.subject(
      arguments.operands[0], arguments, streams, batches: [1],
      measuresLayers: arguments.has(layers.name) || arguments.has(explain.name))
    let withLayers = arguments.has(layers.name)
    let extent: Report.Extent =
      arguments.has(explain.name)
      ? .explained(withLayers: withLayers) : withLayers ? .briefWithLayers : .brief
    try OutputOptions.write(
      Rendering.text(of: subject, extent: extent, arguments, streams), arguments, streams)
    if let path = arguments.string(samples.name), let profile = subject.profile {
      try AtomicFile.write(samplesText(profile), to: path)
    }
    return try Rendering.status(of: [subject], arguments, streams)
  }

  /// Reads, analyzes and measures one network.
  static func subject(
    _ path: String, _ arguments: Arguments, _ streams: Streams, batches: [Int], measuresLayers: Bool
  ) throws(Failure) -> Subject {
    // Wrong options are told before a long measurement, not after it.
    _ = try ProfileArguments.options(arguments, batches: batches, measuresLayers: false, loadMilliseconds: 0)
    let start = ContinuousClock.now
    let network = try NetworkLoading.read(path, arguments)
    let loaded = (ContinuousClock.now - start).inMilliseconds
    var options = try ProfileArguments.options(
      for: network, arguments, batches: batches, measuresLayers: measuresLayers, loadMilliseconds: loaded)
    options.analysis = try ViewOptions.bound(options.analysis, arguments)
    var bindings = options.analysis
    bindings.batch = options.batches.first
    let depth = try ViewOptions.moduleDepth(arguments)
    var analysis = try ViewOptions.analyze(network, bindings, arguments)
    let profile = try ProfileArguments.profile(network, options, arguments, streams)
    if let first = profile.batches.first {
      analysis.totals.activations.peakArena = ArenaPeak(
        bytes: first.arenaBytes, lowerBoundBytes: first.arenaLowerBoundBytes)
    }
    return Subject(analysis: analysis, profile: profile, moduleDepth: depth)
  }

  private static func samplesText(_ profile: Profile) -> String {
    var text = "batch,threads,sample,milliseconds\n"
    for batch in profile.batches {
      for (index, sample) in batch.rawSamples.enumerated() {
        text += "\(batch.batch),\(batch.threads),\(index),\(sample)\n"
      }
    }
    return text
  }
}
