/// What was measured: plain values, ready to be told.
package struct Profile: Sendable {
  package var environment: Environment
  package var machine: Machine
  package var coldStart: ColdStart
  package var batches: [BatchProfile]
  /// Whether the weights were made up because the file's are not there.
  package var usesSyntheticWeights: Bool
  /// Whether 16-bit floats were computed in 32 bits.
  package var widensFloats: Bool

  package init(
    environment: Environment, machine: Machine, coldStart: ColdStart, batches: [BatchProfile],
    usesSyntheticWeights: Bool, widensFloats: Bool = false
  ) {
    self.environment = environment
    self.machine = machine
    self.coldStart = coldStart
    self.batches = batches
    self.usesSyntheticWeights = usesSyntheticWeights
    self.widensFloats = widensFloats
  }
}

/// The conditions under which times were taken.
package struct Environment: Sendable, Hashable {
  package var processor: String
  package var architecture: String
  /// The instruction set that the kernels used.
  package var instructionSet: String
  package var cores: Int
  package var memoryBytes: Int?
  package var operatingSystem: String
  /// nil where the system does not tell.
  package var frequencyMegahertz: Double?
  /// Processes waiting for a processor, averaged over the last minute, before the run.
  package var loadAverage: Double?
  package var affinity: [Int]?
  package var assayVersion: String
  /// When the measuring began, ISO 8601 in UTC.
  package var date: String

  package init(
    processor: String, architecture: String, instructionSet: String, cores: Int, memoryBytes: Int?,
    operatingSystem: String, frequencyMegahertz: Double?, loadAverage: Double?, affinity: [Int]?,
    assayVersion: String, date: String
  ) {
    self.processor = processor
    self.architecture = architecture
    self.instructionSet = instructionSet
    self.cores = cores
    self.memoryBytes = memoryBytes
    self.operatingSystem = operatingSystem
    self.frequencyMegahertz = frequencyMegahertz
    self.loadAverage = loadAverage
    self.affinity = affinity
    self.assayVersion = assayVersion
    self.date = date
  }
}

/// What the machine itself can do, measured in the same run, on one thread and on all that were used.
package struct Machine: Sendable, Hashable {
  package var peakGigaflopsPerThread: Double
  package var peakGigaflops: Double
  package var bandwidthGigabytesPerThread: Double
  package var bandwidthGigabytes: Double
  package var threads: Int
  package init(
    peakGigaflopsPerThread: Double, peakGigaflops: Double, bandwidthGigabytesPerThread: Double,
    bandwidthGigabytes: Double, threads: Int
  ) {
    self.peakGigaflopsPerThread = peakGigaflopsPerThread
    self.peakGigaflops = peakGigaflops
    self.bandwidthGigabytesPerThread = bandwidthGigabytesPerThread
    self.bandwidthGigabytes = bandwidthGigabytes
    self.threads = threads
  }
}

package struct ColdStart: Sendable, Hashable {
  package var loadMilliseconds: Double
  package var planMilliseconds: Double
  package var firstRunMilliseconds: Double
  package init(loadMilliseconds: Double, planMilliseconds: Double, firstRunMilliseconds: Double) {
    self.loadMilliseconds = loadMilliseconds
    self.planMilliseconds = planMilliseconds
    self.firstRunMilliseconds = firstRunMilliseconds
  }
}

/// All that was measured at one batch size.
package struct BatchProfile: Sendable {
  package var batch: Int
  package var threads: Int
  /// Runs before the steady state that are not in the figures.
  package var warmUpRuns: Int
  /// Whether the runs settled; if not, the figures are of an unsteady machine and say so.
  package var isSteady: Bool
  package var samples: Int
  package var latency: LatencySummary
  /// Inferences (images, sequences) per second.
  package var throughputPerSecond: Double
  /// Counted arithmetic (2 x MACs) over the median latency.
  package var gigaflopsPerSecond: Double?
  package var peakMemoryBytes: Int?
  package var arenaBytes: Int
  package var arenaLowerBoundBytes: Int
  package var packedWeightBytes: Int
  /// The sum of the steps' median times, to be held against `latency.p50`.
  package var layerSumMilliseconds: Double?
  package var steps: [StepProfile]
  /// In the order in which they were taken, milliseconds.
  package var rawSamples: [Double]

  package init(
    batch: Int, threads: Int, warmUpRuns: Int, isSteady: Bool, samples: Int, latency: LatencySummary,
    throughputPerSecond: Double, gigaflopsPerSecond: Double?, peakMemoryBytes: Int?, arenaBytes: Int,
    arenaLowerBoundBytes: Int, packedWeightBytes: Int, layerSumMilliseconds: Double?, steps: [StepProfile],
    rawSamples: [Double]
  ) {
    self.batch = batch
    self.threads = threads
    self.warmUpRuns = warmUpRuns
    self.isSteady = isSteady
    self.samples = samples
    self.latency = latency
    self.throughputPerSecond = throughputPerSecond
    self.gigaflopsPerSecond = gigaflopsPerSecond
    self.peakMemoryBytes = peakMemoryBytes
    self.arenaBytes = arenaBytes
    self.arenaLowerBoundBytes = arenaLowerBoundBytes
    self.packedWeightBytes = packedWeightBytes
    self.layerSumMilliseconds = layerSumMilliseconds
    self.steps = steps
    self.rawSamples = rawSamples
  }
}

/// Milliseconds; a percentile that the number of samples cannot bear is nil.
package struct LatencySummary: Sendable, Hashable {
  package var min: Double
  package var p50: Double
  package var p90: Double?
  package var p95: Double?
  package var p99: Double?
  package var p999: Double?
  package var mean: Double
  package var standardDeviation: Double?
  /// 95 % confidence interval of the median; nil for too few samples.
  package var confidence95: ClosedRange<Double>?

  package init(
    min: Double, p50: Double, p90: Double?, p95: Double?, p99: Double?, p999: Double?, mean: Double,
    standardDeviation: Double?, confidence95: ClosedRange<Double>?
  ) {
    self.min = min
    self.p50 = p50
    self.p90 = p90
    self.p95 = p95
    self.p99 = p99
    self.p999 = p999
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.confidence95 = confidence95
  }
}

/// The time of one step of the plan: one layer, or several that run as one.
package struct StepProfile: Sendable {
  /// The name of the layer that gives the step its work.
  package var name: String
  /// All layers that the step covers, as indices into the static analysis' layers.
  package var layers: [Int]
  package var milliseconds: Double
  package var gigaflopsPerSecond: Double?
  package var bound: Bound?
  package var kernel: String
  /// What the plan says of the step; nil if it was not asked.
  package var explanation: StepExplanation?

  package init(
    name: String, layers: [Int], milliseconds: Double, gigaflopsPerSecond: Double?, bound: Bound?,
    kernel: String, explanation: StepExplanation? = nil
  ) {
    self.explanation = explanation
    self.name = name
    self.layers = layers
    self.milliseconds = milliseconds
    self.gigaflopsPerSecond = gigaflopsPerSecond
    self.bound = bound
    self.kernel = kernel
  }
}

/// What a plan chose for a step and why, and the least time that the step can take on the measured machine.
package struct StepExplanation: Sendable, Hashable {
  /// The operators of the file that the step does, in order; empty for a change of layout.
  package var operators: [String]
  /// Of the register tile; empty where there is none.
  package var tile: String
  /// nil where the operator's general kernel runs.
  package var instructionSet: String?
  package var layout: String
  package var reason: String
  /// The arithmetic over the measured peak; nil where there is none, or none that the peak is a measure for.
  package var computeMilliseconds: Double?
  /// The bytes that must be moved over the measured bandwidth.
  package var bandwidthMilliseconds: Double?

  package init(
    operators: [String], tile: String, instructionSet: String?, layout: String, reason: String,
    computeMilliseconds: Double?, bandwidthMilliseconds: Double?
  ) {
    self.operators = operators
    self.tile = tile
    self.instructionSet = instructionSet
    self.layout = layout
    self.reason = reason
    self.computeMilliseconds = computeMilliseconds
    self.bandwidthMilliseconds = bandwidthMilliseconds
  }

  /// The larger of the two.
  package var floorMilliseconds: Double? {
    [computeMilliseconds, bandwidthMilliseconds].compactMap(\.self).max()
  }
}

/// What limits a layer on a machine with a given peak and bandwidth (roofline).
package enum Bound: String, Sendable, Hashable {
  case compute
  case memory
}
