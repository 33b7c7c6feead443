internal import Analysis
internal import Network

/// How the receptive field grows with depth, against the extent of the input.
package struct ReceptiveFieldChart: Chart {
  package let title = "Receptive field over depth"
  private let subject: Subject
  private let sizes: [(layer: Int, size: Int)]
  private let spans: [(name: String, range: Range<Int>)]
  private let inputExtent: Int?

  /// nil where fewer than two layers have a size.
  package init?(_ subject: Subject) {
    sizes = subject.analysis.layers.enumerated().compactMap { index, layer in
      layer.receptiveField?.axes.first?.size.map { (index, $0) }
    }
    guard sizes.count > 1, (sizes.map(\.size).max() ?? 0) > 1 else { return nil }
    self.subject = subject
    spans = subject.spans()
    let shape = subject.analysis.network.inputs.first?.type.tensor?.shape
    inputExtent = shape.flatMap { $0.rank > 2 ? $0.dimensions[2] : nil }
  }

  private var crossing: (layer: Int, size: Int)? {
    inputExtent.flatMap { extent in sizes.first { $0.size >= extent } }
  }

  package var summary: Prose {
    let largest = sizes.map(\.size).max() ?? 0
    let growth: Prose = "Along the first spatial axis it grows to \(strong: .count(largest))."
    guard let inputExtent else { return growth }
    guard let crossing else {
      return growth + " No layer before a global operator sees the whole input of \(inputExtent)."
    }
    return growth
      + " It first covers the input's \(inputExtent) at \(name: subject.analysis.layers[crossing.layer].shortName), layer \(crossing.layer + 1) of \(subject.analysis.layers.count)."
  }

  package func svg(width: Double) -> SVG {
    let height = width < 500 ? 200.0 : 230.0
    var svg = SVG(width: width, height: height)
    let left = 52.0
    let right = width - 8
    let bottom = height - 36
    let highest = Double(max(sizes.map(\.size).max() ?? 1, inputExtent ?? 1))
    let y = LinearScale(domain: 0...highest * 1.06, start: bottom, end: 20)
    let x = LinearScale(domain: 0...Double(subject.analysis.layers.count), start: left, end: right)
    svg.horizontalGrid(y, ticks: y.ticks(4), from: left, to: right, label: Numbers.tick)
    if let inputExtent {
      svg.line(from: (left, y(Double(inputExtent))), to: (right, y(Double(inputExtent))), class: "reference")
      svg.text("input \(inputExtent)", x: left + 6, y: y(Double(inputExtent)) - 6, class: "label muted halo")
    }
    svg.path(line(x: x, y: y), class: "line l0")
    hovers(&svg, x: x, y: y, bottom: bottom)
    if let last = sizes.last {
      svg.text(
        Numbers.grouped(last.size), x: min(x(Double(last.layer) + 1), right), y: y(Double(last.size)) - 7,
        anchor: .end,
        class: "label strong halo")
    }
    if spans.isEmpty {
      svg.text("layer 1", x: left, y: bottom + 16, class: "tick")
      svg.text(
        Numbers.grouped(subject.analysis.layers.count), x: right, y: bottom + 16, anchor: .end, class: "tick")
    } else {
      svg.stageAxis(spans, x: x, y: bottom)
    }
    return svg
  }

  private func line(x: LinearScale, y: LinearScale) -> Path {
    var path = Path()
    for (position, entry) in sizes.enumerated() {
      let level = y(Double(entry.size))
      if position == 0 { path.move(to: (x(Double(entry.layer)), level)) } else { path.vertical(to: level) }
      let next = position + 1 < sizes.count ? sizes[position + 1].layer : entry.layer + 1
      path.horizontal(to: x(Double(next)))
    }
    return path
  }

  private func hovers(_ svg: inout SVG, x: LinearScale, y: LinearScale, bottom: Double) {
    guard sizes.count <= 400 else { return }
    for entry in sizes {
      svg.rectangle(
        x: x(Double(entry.layer)), y: y.end, width: x(1) - x(0), height: bottom - y.end, class: "hover",
        title: "\(subject.analysis.layers[entry.layer].shortName): \(Numbers.grouped(entry.size))")
    }
  }
}
