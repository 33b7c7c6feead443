internal import Analysis

/// Activation memory alive at each layer, the peak named.
package struct MemoryChart: Chart {
  package let title = "Memory alive, layer by layer"
  private let subject: Subject
  private let steps: [MemoryStep]
  private let peak: Int
  private let spans: [(name: String, range: Range<Int>)]
  /// What the vertical axis reaches; larger than the peak where charts are to be compared.
  private let ceiling: Int

  /// nil where liveness is not known.
  package init?(_ subject: Subject, ceiling: Int? = nil) {
    let steps = subject.analysis.timeline.filter { subject.analysis.layers.indices.contains($0.layer) }
    guard let peak = steps.indices.max(by: { steps[$0].live.bytes < steps[$1].live.bytes }),
      steps[peak].live.bytes > 0
    else { return nil }
    self.subject = subject
    self.steps = steps
    spans = steps.count == subject.analysis.layers.count ? subject.spans() : []
    self.peak = peak
    self.ceiling = max(ceiling ?? 0, steps[peak].live.bytes)
  }

  private var unit: (name: String, bytes: Double) {
    ceiling >= 1_000_000_000 ? ("GB", 1e9) : ceiling >= 1_000_000 ? ("MB", 1e6) : ("kB", 1e3)
  }

  private var peakName: String { subject.analysis.layers[steps[peak].layer].shortName }

  package var summary: Prose {
    let largest = steps[peak].live.bytes
    let high = steps.count { Double($0.live.bytes) > 0.5 * Double(largest) }
    return
      "Largest at \(name: peakName), layer \(steps[peak].layer + 1) of \(subject.analysis.layers.count): \(strong: .bytes(largest)). \(Numbers.plural(high, "layer needs", "layers need")) more than half of that."
  }

  package func svg(width: Double) -> SVG {
    let height = width < 500 ? 210.0 : 250.0
    let left = 52.0
    let right = width - 8
    let bottom = height - 38
    var svg = SVG(width: width, height: height)
    let y = LinearScale(domain: 0...Double(ceiling) / unit.bytes, start: bottom, end: 26)
    let x = LinearScale(domain: 0...Double(steps.count), start: left, end: right)
    svg.horizontalGrid(y, ticks: y.ticks(4), from: left, to: right, label: Numbers.tick)
    svg.text(unit.name, x: left - 6, y: 12, anchor: .end, class: "tick")
    columns(&svg, x: x, y: y, bottom: bottom)
    annotate(&svg, x: x, y: y, right: right)
    if spans.isEmpty {
      svg.text("layer 1", x: left, y: bottom + 16, class: "tick")
      svg.text("\(Numbers.grouped(steps.count))", x: right, y: bottom + 16, anchor: .end, class: "tick")
    } else {
      svg.stageAxis(spans, x: x, y: bottom)
    }
    return svg
  }

  /// One column per layer; where there are more layers than pixels, one per pixel with the largest of its layers.
  private func columns(_ svg: inout SVG, x: LinearScale, y: LinearScale, bottom: Double) {
    let perColumn = max(1, (steps.count + 359) / 360)
    for start in stride(from: 0, to: steps.count, by: perColumn) {
      let range = start..<min(start + perColumn, steps.count)
      guard let top = range.max(by: { steps[$0].live.bytes < steps[$1].live.bytes }) else { continue }
      let step = steps[top]
      let height = bottom - y(Double(step.live.bytes) / unit.bytes)
      let left = x(Double(start))
      let gap = x(Double(range.upperBound)) - left > 4 ? 1.0 : 0
      svg.rectangle(
        x: left, y: bottom - height, width: x(Double(range.upperBound)) - left - gap, height: height,
        class: range.contains(peak) ? "accent" : "area",
        title: "\(subject.analysis.layers[step.layer].shortName): \(Quantity.bytes(step.live.bytes).labelled)"
      )
    }
  }

  private func annotate(_ svg: inout SVG, x: LinearScale, y: LinearScale, right: Double) {
    let top = y(Double(steps[peak].live.bytes) / unit.bytes)
    let middle = x(Double(peak) + 0.5)
    let full = "\(Numbers.decimalBytes(steps[peak].live.bytes)) at \(peakName)"
    let label = SVG.fitted(full, into: right - x.start) ?? Numbers.decimalBytes(steps[peak].live.bytes)
    let half = SVG.width(of: label) / 2 + 4
    let center = min(max(middle, x.start + half), right - half)
    svg.text(label, x: center, y: top - 6, anchor: .middle, class: "label accent-text")
  }

  package var inWords: [Block] {
    let shown = steps.sorted { $0.live.bytes > $1.live.bytes }.prefix(5).sorted { $0.layer < $1.layer }
    return [
      .table(
        Table(
          "The layers at which most memory is alive",
          columns: [Column("#"), .text("Layer"), Column("Alive", hasBar: true)],
          rows: shown.map {
            [.count($0.layer + 1), .name(subject.analysis.layers[$0.layer].shortName), .bytes($0.live.bytes)]
          }))
    ]
  }
}
