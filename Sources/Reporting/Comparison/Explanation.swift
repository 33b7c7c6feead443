internal import Analysis
internal import Profiling

/// Why two networks differ, in words computed from their figures. Each sentence is said only when the figures bear it out.
package struct Explanation: Sendable {
  /// The one with more MACs.
  private let heavy: Subject
  private let light: Subject
  private let timesCompare: Bool

  package init(_ a: Subject, _ b: Subject, in comparison: ComparisonSubject) {
    let ordered = a.analysis.totals.macs >= b.analysis.totals.macs
    heavy = ordered ? a : b
    light = ordered ? b : a
    timesCompare = comparison.hasComparableTimes(a, b)
  }

  package var sentences: [Prose] {
    [headline, cause, utilisation, traffic, memory, parameters, depth, batching, caveat].compactMap { $0 }
  }

  private var macRatio: Double? {
    let (more, less) = (heavy.analysis.totals.macs, light.analysis.totals.macs)
    return less > 0 && !heavy.isPartial && !light.isPartial ? Double(more) / Double(less) : nil
  }

  /// How many times faster the lighter network is.
  private var speedup: Double? {
    guard timesCompare, let slow = heavy.reference?.latency.p50, let fast = light.reference?.latency.p50,
      fast > 0,
      slow > 0
    else { return nil }
    return slow / fast
  }

  /// MACs against time.
  private var headline: Prose? {
    guard let macRatio else { return nil }
    guard macRatio >= 1.05 else {
      guard let speedup else { return "Both do about the same number of MACs." }
      if speedup < 1.1, speedup > 1 / 1.1 {
        return "Both do about the same number of MACs in about the same time."
      }
      let (fast, slow, factor) = speedup > 1 ? (light, heavy, speedup) : (heavy, light, 1 / speedup)
      return
        "Both do about the same number of MACs, yet \(name: fast.name) is \(strong: .ratio(factor)) as fast as \(name: slow.name): what differs is how, not how much, they compute."
    }
    let fewer: Prose =
      "\(name: light.name) does \(strong: .ratio(macRatio)) fewer MACs than \(name: heavy.name)"
    guard let speedup else { return fewer + "." }
    if speedup < 1 {
      return fewer
        + " and is nevertheless \(strong: "slower"), taking \(.ratio(1 / speedup)) the time: here MACs do not predict time."
    }
    if speedup < macRatio / 1.15 {
      return fewer + " but is only \(strong: .ratio(speedup)) faster: MACs alone do not predict time."
    }
    if speedup > macRatio * 1.15 {
      return fewer + " and is even \(strong: .ratio(speedup)) faster."
    }
    return fewer + " and is \(strong: .ratio(speedup)) faster: here time follows MACs."
  }

  /// The kinds of layer that eat up the gain.
  private var cause: Prose? {
    guard let macRatio, let speedup, speedup < macRatio / 1.15, let worst = KindObservation.worst(of: light)
    else {
      return nil
    }
    let sentence: Prose =
      "In \(name: light.name), \(strong: worst.kind.plural) hold \(.share(worst.macs)) of the MACs and take \(.share(worst.time)) of the time"
    let share = share(of: worst.kind, in: heavy)
    let other: Prose =
      share == nil
      ? "; \(name: heavy.name) has none of them"
      : "; in \(name: heavy.name) they take \(.share(share ?? 0)) of the time"
    return sentence + worst.reason + other + "."
  }

  private func share(of kind: LayerKind, in subject: Subject) -> Double? {
    guard let sum = subject.layerSum, let cost = subject.costsByKind.first(where: { $0.kind == kind })?.cost
    else {
      return nil
    }
    return cost.milliseconds.map { $0 / sum }
  }

  /// What part of the machine's peak each reaches.
  private var utilisation: Prose? {
    guard timesCompare, let one = rate(heavy), let other = rate(light),
      max(one, other) > 1.15 * min(one, other)
    else {
      return nil
    }
    let heavyPart: Prose =
      "\(name: heavy.name) runs at \(strong: .share(one)) of the machine's peak" + Roof.remark(onShare: one)
    return heavyPart
      + ", \(name: light.name) at \(strong: .share(other)): that alone makes a factor of \(Numbers.significant(max(one, other) / min(one, other), 2)) between what MACs promise and what the clock shows."
  }

  private func rate(_ subject: Subject) -> Double? {
    guard let rate = subject.reference?.gigaflopsPerSecond, let roof = subject.roof, rate > 0 else {
      return nil
    }
    return rate / roof.gigaflops
  }

  /// Bytes shrink less than MACs do.
  private var traffic: Prose? {
    guard let macRatio, macRatio >= 1.05, let more = heavy.analysis.totals.bytesMoved,
      let less = light.analysis.totals.bytesMoved, more > 0, less > 0
    else { return nil }
    let ratio = Double(more) / Double(less)
    let intensities: Prose =
      "\(Numbers.significant(Double(heavy.analysis.totals.operations) / Double(more))) against \(Numbers.significant(Double(light.analysis.totals.operations) / Double(less))) operations per byte"
    if ratio < 1 {
      return
        "With fewer MACs \(name: light.name) moves more bytes, \(.ratio(1 / ratio)) those of \(name: heavy.name): "
        + intensities + "."
    }
    guard ratio < macRatio / 1.25 else { return nil }
    return
      "Bytes moved shrink less than MACs do, by \(strong: .ratio(ratio)) against \(.ratio(macRatio)), so each byte carries less arithmetic: "
      + intensities + "."
  }

  /// Where memory peaks, and by how much it differs.
  private var memory: Prose? {
    guard let one = heavy.analysis.totals.activations.peakLiveness,
      let other = light.analysis.totals.activations.peakLiveness, one.extent.bytes > 0, other.extent.bytes > 0
    else { return nil }
    func place(_ subject: Subject, _ peak: Peak) -> Prose {
      guard subject.analysis.layers.indices.contains(peak.layer) else { return "\(name: subject.name)" }
      return
        "\(name: subject.name) at \(name: subject.analysis.layers[peak.layer].shortName) (layer \(peak.layer + 1) of \(subject.analysis.layers.count), \(.bytes(peak.extent.bytes)))"
    }
    let ratio = Double(one.extent.bytes) / Double(other.extent.bytes)
    let sentence: Prose =
      "Activation memory peaks in " + place(heavy, one) + " and in " + place(light, other)
    if let macRatio, ratio >= 1, ratio < macRatio / 1.5 {
      return sentence + ": only \(strong: .ratio(ratio)) less, for \(.ratio(macRatio)) fewer MACs."
    }
    if ratio < 1 { return sentence + ": the lighter network needs \(strong: .ratio(1 / ratio)) the memory." }
    return sentence + ": \(strong: .ratio(ratio)) less."
  }

  private var parameters: Prose? {
    let (one, other) = (
      heavy.analysis.totals.parameters.learnable, light.analysis.totals.parameters.learnable
    )
    guard one > 0, other > 0, let macRatio else { return nil }
    let ratio = Double(one) / Double(other)
    if ratio < 0.95 {
      return
        "More MACs is not more parameters: \(name: light.name) has \(strong: .ratio(1 / ratio)) those of \(name: heavy.name)."
    }
    guard ratio > macRatio * 1.25 || ratio < macRatio / 1.25 else { return nil }
    return
      "In parameters the two are \(strong: .ratio(ratio)) apart, in MACs \(.ratio(macRatio)): \(ratio < macRatio ? "the larger network uses each of its weights more often" : "the larger network holds many weights that are used seldom")."
  }

  /// Layers of less than a tenth of a millisecond, for which starting them and moving on counts.
  private var depth: Prose? {
    guard timesCompare, let one = heavy.layerSum, let other = light.layerSum else { return nil }
    let (steps, otherSteps) = (
      heavy.times.count { $0?.measured != nil }, light.times.count { $0?.measured != nil }
    )
    guard steps > 0, otherSteps > 0 else { return nil }
    let (each, otherEach) = (one / Double(steps), other / Double(otherSteps))
    guard each > 3 * otherEach, otherEach < 0.1 else { return nil }
    return
      "A layer of \(name: light.name) takes \(Numbers.significant(otherEach * 1000)) µs on average, one of \(name: heavy.name) \(Numbers.significant(each * 1000)) µs: what each layer costs besides its arithmetic weighs more in the lighter network."
  }

  /// Which of the two gains more by batching.
  private var batching: Prose? {
    guard timesCompare, let one = gain(heavy), let other = gain(light), abs(one - other) > 0.15 else {
      return nil
    }
    let (more, less) = one > other ? ((heavy, one), (light, other)) : ((light, other), (heavy, one))
    guard more.1 > 1.05 else { return nil }
    return
      "Batching helps \(name: more.0.name) more: its best throughput is \(.ratio(more.1)) that of its smallest batch, against \(.ratio(less.1)) for \(name: less.0.name)."
  }

  private func gain(_ subject: Subject) -> Double? {
    guard let batches = subject.profile?.batches, batches.count > 1,
      let first = batches.min(by: { $0.batch < $1.batch }), first.throughputPerSecond > 0,
      let best = batches.map(\.throughputPerSecond).max()
    else { return nil }
    return best / first.throughputPerSecond
  }

  private var caveat: Prose? {
    if heavy.profile != nil, light.profile != nil, !timesCompare {
      return
        "The two were measured under different conditions (processor, instruction set, threads or batch), so their times are not compared."
    }
    if heavy.isPartial || light.isPartial {
      return "Not every operator's work is counted, so MACs are lower bounds and are not compared."
    }
    return nil
  }
}
