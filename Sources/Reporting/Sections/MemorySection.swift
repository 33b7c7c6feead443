internal import Analysis
internal import Network

/// Activation memory: totals, four peaks under named conventions, and what is alive at the largest.
package struct MemorySection: Section {
  package let title = "Activation memory"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    var blocks: [Block] = [.table(Self.peaks(subject))]
    if let chart = MemoryChart(subject) { blocks.append(.chart(chart)) }
    if let peak = subject.analysis.totals.activations.peakLiveness, let alive = Self.alive(peak, subject) {
      blocks.append(.table(alive))
    }
    blocks.append(.table(Self.totals(subject)))
    self.blocks = blocks
  }

  private static func peaks(_ subject: Subject) -> Table {
    let activations = subject.analysis.totals.activations
    func row(_ convention: Convention, _ peak: Peak?) -> [Quantity] {
      [
        .text(convention.title), .count(peak?.extent.elements).atLeast(if: activations.isLowerBound),
        .bytes(peak?.extent.bytes).atLeast(if: activations.isLowerBound),
        peak.flatMap { layer($0.layer, subject) } ?? .unknown, .text(convention.sentence),
      ]
    }
    var rows = [
      row(.peakPair, activations.peakPair), row(.peakLiveness, activations.peakLiveness),
      row(.peakBlockInput, activations.peakBlockInput),
    ]
    let arena = subject.arena
    rows.append([
      .text(Convention.peakArena.title), .remark("bytes only"), .bytes(arena?.bytes),
      arena.map { .text("lower bound \(Numbers.decimalBytes($0.lowerBoundBytes))") } ?? .unknown,
      .text(Convention.peakArena.sentence),
    ])
    return Table(
      "Peak activation memory under four conventions",
      columns: [
        .text("Peak"), Column("Elements"), Column("Size"), .text("Where"), .text("Convention", priority: 2),
      ], rows: rows)
  }

  private static func layer(_ index: Int, _ subject: Subject) -> Quantity? {
    let layers = subject.analysis.layers
    return layers.indices.contains(index) ? .name(layers[index].shortName) : nil
  }

  private static func alive(_ peak: Peak, _ subject: Subject) -> Table? {
    guard !peak.alive.isEmpty, peak.extent.bytes > 0 else { return nil }
    let place = layer(peak.layer, subject)?.labelled ?? "the peak"
    return Table(
      "Alive at \(place), the peak by liveness",
      columns: [.text("Tensor"), Column("Elements"), Column("Size"), Column("Share", hasBar: true)],
      rows: peak.alive.sorted { $0.extent.bytes > $1.extent.bytes }.map { tensor in
        [
          .name(tensor.name), .count(tensor.extent.elements), .bytes(tensor.extent.bytes),
          .share(Double(tensor.extent.bytes) / Double(peak.extent.bytes)),
        ]
      })
  }

  private static func totals(_ subject: Subject) -> Table {
    let activations = subject.analysis.totals.activations
    func row(_ convention: Convention, _ extent: Extent?) -> [Quantity] {
      [
        .text(convention.title), .count(extent?.elements).atLeast(if: activations.isLowerBound),
        .bytes(extent?.bytes).atLeast(if: activations.isLowerBound), .text(convention.sentence),
      ]
    }
    return Table(
      "All activations of one run",
      columns: [.text("Count"), Column("Elements"), Column("Size"), .text("Convention", priority: 2)],
      rows: [
        row(.activationsTotal, activations.total), row(.activationsMatrixOutputs, activations.matrixOutputs),
        row(.activationsAllTensors, activations.allTensors),
      ])
  }
}
