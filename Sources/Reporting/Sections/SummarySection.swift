internal import Analysis
internal import Network
internal import Profiling

/// What the network is, and its key numbers.
package struct SummarySection: Section {
  package let title = "Summary"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    blocks = [.paragraph(Self.opening(subject)), .figures(Self.figures(subject))]
  }

  private static func opening(_ subject: Subject) -> Prose {
    let network = subject.analysis.network
    var prose: Prose =
      "\(name: network.name) is a network in \(network.format) of \(Numbers.plural(network.nodeCount, "node")), which execute as \(Numbers.plural(subject.analysis.layers.count, "layer"))"
    if !network.producer.isEmpty { prose = prose + ", written by \(name: network.producer)" }
    if let version = network.operatorSets[""] { prose = prose + ", operator set \(version)" }
    prose = prose + "."
    if let profile = subject.profile, let reference = subject.reference {
      prose =
        prose
        + " Measured on \(profile.environment.processor) with \(Numbers.plural(reference.threads, "thread"))."
      if profile.usesSyntheticWeights {
        prose = prose + " Its weights are not in the file: times were taken with synthetic weights."
      }
    }
    return prose
  }

  private static func figures(_ subject: Subject) -> [Figure] {
    let totals = subject.analysis.totals
    var figures = [
      Figure(
        "Parameters", .count(totals.parameters.learnable),
        note: totals.parameters.buffers > 0 ? "and \(totals.parameters.buffers) buffer elements" : "",
        convention: .parameters),
      Figure(
        "Model size", .bytes(totals.weightBytes), note: note(of: .bytes(totals.weightBytes)),
        convention: .modelSize),
      Figure(
        "MACs", .macs(totals.macs).atLeast(if: subject.isPartial), note: note(of: .macs(totals.macs)),
        convention: .macs),
      Figure(
        "FLOPs", .flops(totals.flops).atLeast(if: subject.isPartial), note: note(of: .flops(totals.flops)),
        convention: .flops),
    ]
    figures += memory(subject)
    if let field = totals.receptiveField, !field.axes.isEmpty {
      figures.append(
        Figure(
          "Receptive field", .text(ReceptiveFieldSection.size(field)),
          note: "stride \(ReceptiveFieldSection.extents(field.axes.map(\.stride)))",
          convention: .receptiveField))
    }
    return figures + measured(subject)
  }

  private static func memory(_ subject: Subject) -> [Figure] {
    let activations = subject.analysis.totals.activations
    let total = activations.total
    let sum = Figure(
      "Total activations", .bytes(total?.bytes).atLeast(if: activations.isLowerBound),
      note: total.map { "\($0.elements) elements" } ?? "",
      convention: .activationsTotal)
    return [sum] + peak(subject)
  }

  private static func peak(_ subject: Subject) -> [Figure] {
    let activations = subject.analysis.totals.activations
    guard let peak = activations.peakLiveness else {
      return [Figure("Peak activations", .unknown, convention: .peakLiveness)]
    }
    var note: Prose = "\(peak.extent.elements) elements"
    if subject.analysis.layers.indices.contains(peak.layer) {
      note = note + ", at \(name: subject.analysis.layers[peak.layer].shortName)"
    }
    let bytes = Quantity.bytes(peak.extent.bytes).atLeast(if: activations.isLowerBound)
    return [Figure("Peak activations", bytes, note: note, convention: .peakLiveness)]
  }

  private static func measured(_ subject: Subject) -> [Figure] {
    guard let reference = subject.reference else { return [] }
    var note: Prose = "batch \(reference.batch), median of \(reference.samples)"
    if let interval = reference.latency.confidence95 {
      note =
        note
        + ", 95 % interval \(Numbers.milliseconds(interval.lowerBound)) – \(Numbers.milliseconds(interval.upperBound))"
    }
    var rate: Prose = ""
    if let gigaflops = reference.gigaflopsPerSecond {
      rate = "\(Numbers.significant(gigaflops)) GFLOP/s"
      if let roof = subject.roof {
        let share = gigaflops / roof.gigaflops
        rate = rate + ", \(.share(share)) of the machine's peak" + Roof.remark(onShare: share)
      }
    }
    return [
      Figure("Latency", .milliseconds(reference.latency.p50), note: note, convention: .latency),
      Figure(
        "Throughput", .number(reference.throughputPerSecond, unit: "per second"), note: rate,
        convention: .throughput),
    ]
  }

  private static func note(of quantity: Quantity) -> Prose { Prose(quantity.elaboration ?? "") }
}
