package import Analysis
package import Kernels

/// What to measure.
package struct ProfileOptions: Sendable {
  package var batches: [Int]
  package var threads: Int
  package var policy: MeasurementPolicy
  /// Whether the steps are timed one by one too, in runs of their own between the others.
  package var measuresLayers: Bool
  /// Whether each step says what was chosen for it, and why.
  package var explains: Bool
  package var instructionSet: InstructionSet
  /// Values of symbols and inputs; the batch comes from `batches`.
  package var analysis: AnalysisOptions
  /// Told in the environment.
  package var version: String
  /// How long it took to read the network's file, milliseconds.
  package var loadMilliseconds: Double
  /// Bytes that the activations may take.
  package var memoryLimit: Int

  package init(
    batches: [Int] = [1], threads: Int = 1, policy: MeasurementPolicy = MeasurementPolicy(),
    measuresLayers: Bool = true, explains: Bool = false, instructionSet: InstructionSet = .native,
    analysis: AnalysisOptions = AnalysisOptions(), version: String, loadMilliseconds: Double,
    memoryLimit: Int = 64 << 30
  ) {
    self.batches = batches
    self.threads = threads
    self.policy = policy
    self.measuresLayers = measuresLayers
    self.explains = explains
    self.instructionSet = instructionSet
    self.analysis = analysis
    self.version = version
    self.loadMilliseconds = loadMilliseconds
    self.memoryLimit = memoryLimit
  }
}

/// How far a profile is: the batch size under way and the fraction of the whole, 0 to 1.
package struct ProfileProgress: Sendable {
  package var activity: String
  package var fraction: Double
}
