internal import Analysis
internal import Profiling

/// What stands out in one network, in sentences. Each is said only when the figures bear it out.
enum Observations {
  static func of(_ subject: Subject) -> [Prose] {
    [
      concentration(subject), undersizedKinds(subject), outOfProportion(subject), heavyStage(subject),
      memoryPeak(subject), arena(subject), overhead(subject),
    ].compactMap { $0 }
  }

  /// A few layers take half of the time, or of the MACs where nothing was measured.
  private static func concentration(_ subject: Subject) -> Prose? {
    let isMeasured = subject.layerSum != nil
    let values = subject.analysis.layers.indices.map { index in
      isMeasured ? subject.dividedTimes[index] ?? 0 : Double(subject.analysis.layers[index].macs ?? 0)
    }
    let total = values.reduce(0, +)
    guard total > 0, values.count >= 8 else { return nil }
    let sorted = values.indices.sorted { values[$0] > values[$1] }
    var sum = 0.0
    let few = sorted.prefix { index in
      defer { sum += values[index] }
      return sum < 0.5 * total
    }
    guard few.count * 4 <= values.count, let first = few.first else { return nil }
    let what = isMeasured ? "time" : "MACs"
    return
      "\(strong: "\(few.count) of \(values.count) layers") hold half of the \(what), first of all \(name: subject.analysis.layers[first].shortName) (\(subject.kinds[first].name)) with \(.share(values[first] / total))."
  }

  /// The kind whose share of time is far above its share of MACs, and why.
  private static func undersizedKinds(_ subject: Subject) -> Prose? {
    KindObservation.worst(of: subject).map { $0.sentence(in: subject) }
  }

  /// Work that is not MACs but takes time.
  private static func outOfProportion(_ subject: Subject) -> Prose? {
    guard let sum = subject.layerSum else { return nil }
    let free = subject.costsByKind.filter { $0.cost.macs.value == 0 && ($0.cost.milliseconds ?? 0) > 0 }
    let time = free.reduce(0) { $0 + ($1.cost.milliseconds ?? 0) }
    guard time / sum >= 0.1, let first = free.first else { return nil }
    return
      "\(strong: .share(time / sum)) of the time goes to layers without a single MAC, most of it to \(first.kind.plural) (\(.share((first.cost.milliseconds ?? 0) / sum)))."
  }

  /// A stage that holds the parameters while others do the work.
  private static func heavyStage(_ subject: Subject) -> Prose? {
    let parameters = subject.analysis.totals.parameters.learnable
    let macs = subject.analysis.totals.macs
    guard parameters > 0, macs > 0 else { return nil }
    for stage in subject.stages {
      let cost = GroupCost(stage.layers, of: subject)
      guard let held = cost.parameters.share(of: parameters), let done = cost.macs.share(of: macs),
        held >= 0.4,
        held >= 1.8 * done
      else { continue }
      let name = stage.isModule ? Prose([.name(stage.name)]) : Prose(stage.name)
      return name
        + " holds \(strong: .share(held)) of the parameters but does \(strong: .share(done)) of the MACs: pruning or quantising it saves size more than time."
    }
    return nil
  }

  private static func memoryPeak(_ subject: Subject) -> Prose? {
    guard let peak = subject.analysis.totals.activations.peakLiveness, peak.extent.bytes > 0,
      subject.analysis.layers.count >= 8, subject.analysis.layers.indices.contains(peak.layer)
    else { return nil }
    let place = Double(peak.layer + 1) / Double(subject.analysis.layers.count)
    let where_ = place <= 0.34 ? "early" : place <= 0.67 ? "in the middle" : "late"
    let sentence: Prose =
      "Activation memory peaks \(where_), at \(name: subject.analysis.layers[peak.layer].shortName) (layer \(peak.layer + 1) of \(subject.analysis.layers.count)), with \(strong: .bytes(peak.extent.bytes))"
    let low = subject.analysis.timeline.lastIndex { 2 * Double($0.live.bytes) > Double(peak.extent.bytes) }
    guard let low, low + 1 < subject.analysis.timeline.count else { return sentence + "." }
    return sentence
      + "; after layer \(low + 1) less than half of that is alive."
  }

  private static func arena(_ subject: Subject) -> Prose? {
    guard let arena = subject.arena, arena.lowerBoundBytes > 0, arena.bytes >= arena.lowerBoundBytes else {
      return nil
    }
    let excess = Double(arena.bytes - arena.lowerBoundBytes) / Double(arena.lowerBoundBytes)
    guard excess > 0.02 else {
      return "The executor's arena of \(.bytes(arena.bytes)) is as small as the order of the layers allows."
    }
    return
      "The executor's arena of \(.bytes(arena.bytes)) is \(.share(excess)) above the least that the order of the layers allows."
  }

  /// The layers' times do not add up to the whole.
  private static func overhead(_ subject: Subject) -> Prose? {
    guard let reference = subject.reference, let sum = reference.layerSumMilliseconds,
      reference.latency.p50 > 0
    else {
      return nil
    }
    let difference = (sum - reference.latency.p50) / reference.latency.p50
    guard difference.magnitude > 0.03 else { return nil }
    return
      "The layers' times add up to \(.share(difference.magnitude)) \(difference > 0 ? "more" : "less") than a whole run takes: read them as shares."
  }
}

/// A kind of layer that takes far more of the time than of the MACs.
struct KindObservation: Sendable {
  var kind: LayerKind
  var macs: Double
  var time: Double
  var ofPeak: Double?
  var intensity: Double?
  var ridge: Double?

  /// Takes at least a tenth of the time, has MACs, and its share of time is at least 1.5 times that of MACs.
  static func worst(of subject: Subject) -> KindObservation? {
    guard let sum = subject.layerSum else { return nil }
    let total = subject.analysis.totals.macs
    let candidates = subject.costsByKind.compactMap { kind, _, cost -> KindObservation? in
      guard let macs = cost.macs.share(of: total), macs > 0, let milliseconds = cost.milliseconds else {
        return nil
      }
      let time = milliseconds / sum
      guard time >= 0.1, time >= 1.5 * macs else { return nil }
      return KindObservation(
        kind: kind, macs: macs, time: time,
        ofPeak: cost.gigaflops.flatMap { rate in subject.roof.map { rate / $0.gigaflops } },
        intensity: cost.intensity,
        ridge: subject.roof?.ridge)
    }
    return candidates.max { $0.time - $0.macs < $1.time - $1.macs }
  }

  func sentence(in subject: Subject) -> Prose {
    let name = kind.plural.prefix(1).uppercased() + kind.plural.dropFirst()
    return "\(strong: name) hold \(.share(macs)) of the MACs and take \(.share(time)) of the time" + reason
      + "."
  }

  /// `: at 5.1 operations per byte, below the 11 that ...`
  var reason: Prose {
    var prose: Prose = ""
    if let ofPeak {
      prose = prose + ", at \(.share(ofPeak)) of the machine's peak" + Roof.remark(onShare: ofPeak)
    }
    guard let intensity, let ridge else { return prose }
    if intensity < ridge {
      let cap = intensity / ridge
      let limit: Prose =
        ": with \(Numbers.significant(intensity)) operations per byte moved the memory's bandwidth allows \(.share(cap)) of the peak"
      guard let ofPeak, ofPeak < 0.6 * cap else { return prose + limit + ", and that is what limits them" }
      return prose + limit + ", and they reach \(.share(ofPeak / cap)) of that"
    }
    guard let ofPeak, ofPeak < 0.5 else { return prose }
    return prose
      + ", although \(Numbers.significant(intensity)) operations per byte moved would let the arithmetic be the limit: it is the kernels, not the memory, that hold them back"
  }
}
