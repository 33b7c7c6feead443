package import Analysis
internal import Network
package import Profiling

/// What a report is about: a network's static analysis, its profile if it was run, and what follows from the two together.
package struct Subject: Sendable {
  package let analysis: StaticAnalysis
  package let profile: Profile?
  /// How far down the module tree figures are rolled up by module; nil where they are not.
  package let moduleDepth: Int?
  /// The measured batch that stands beside the static figures: the one of the analysis' own batch size, else the first.
  let reference: BatchProfile?
  /// By layer: where its time is told.
  let times: [LayerTime?]
  /// By layer: milliseconds that sums over some layers count for it.
  let dividedTimes: [Double?]
  /// By layer.
  let kinds: [LayerKind]

  package init(analysis: StaticAnalysis, profile: Profile? = nil, moduleDepth: Int? = nil) {
    self.analysis = analysis
    self.moduleDepth = moduleDepth
    self.profile = profile
    let batch = Self.batch(of: analysis)
    reference = profile.flatMap { profile in
      profile.batches.first { $0.batch == batch } ?? profile.batches.first
    }
    times = LayerTime.all(of: reference, layers: analysis.layers)
    dividedTimes = LayerTime.divided(reference, layers: analysis.layers)
    kinds = analysis.layers.map(LayerKind.init)
  }

  var name: String { analysis.network.name }
  /// The network's division into parts, worked out at each call.
  var stages: [Stage] { Stage.all(of: analysis.layers) }
  var isPartial: Bool { !analysis.totals.completeness.isComplete }

  /// The first extent of the first input; nil if it is not known.
  var batch: Int? { Self.batch(of: analysis) }

  private static func batch(of analysis: StaticAnalysis) -> Int? {
    analysis.network.inputs.first?.type.tensor?.shape?.dimensions.first ?? nil
  }

  /// Milliseconds of one layer, where it has a time of its own.
  func milliseconds(of layer: Int) -> Double? { times[layer]?.measured?.milliseconds }

  /// Whether a step does the work of several layers, so that sums over some of them have divided its time.
  var dividesTimes: Bool {
    reference?.steps.contains { step in
      step.layers.count { analysis.layers.indices.contains($0) && analysis.layers[$0].macs ?? 0 > 0 } > 1
    } ?? false
  }

  /// What the caption of a table with such sums adds.
  var remarkOnDividedTimes: String {
    dividesTimes ? "; the time of layers that run as one step is divided among them by their MACs" : ""
  }

  /// The sum of all steps' times, of which shares are taken so that they add up; nil if nothing was measured by layer.
  var layerSum: Double? {
    guard let reference, !reference.steps.isEmpty else { return nil }
    let sum = reference.steps.reduce(0) { $0 + $1.milliseconds }
    return sum > 0 ? sum : nil
  }

  /// The machine's limits at the number of threads of `reference`.
  var roof: Roof? {
    guard let reference, let profile else { return nil }
    return Roof(profile.machine, threads: reference.threads)
  }

  /// What limits a layer: as measured, or by its intensity on the measured machine.
  func bound(of layer: Int) -> Bound? {
    if let bound = times[layer]?.measured?.bound { return bound }
    guard times[layer]?.leader == nil else { return nil }
    return analysis.layers[layer].arithmeticIntensity.flatMap { roof?.bound(atIntensity: $0) }
  }

  /// The executor's arena for the analysis' own batch.
  var arena: ArenaPeak? {
    if let planned = analysis.totals.activations.peakArena { return planned }
    guard let reference, reference.batch == batch else { return nil }
    return ArenaPeak(bytes: reference.arenaBytes, lowerBoundBytes: reference.arenaLowerBoundBytes)
  }
}
