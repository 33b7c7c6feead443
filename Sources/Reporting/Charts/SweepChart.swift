internal import Analysis

/// MACs and peak memory over the extents of one symbol, side by side.
struct SweepChart: Chart {
  let title: String
  private let symbol: String
  private let panels: [Panel]

  private struct Panel {
    var title: String
    var points: [(extent: Int, value: Quantity)]
  }

  /// nil for fewer than two extents.
  init?(_ sweep: Sweep) {
    let points = sweep.points.sorted { $0.extent < $1.extent }
    guard points.count > 1 else { return nil }
    symbol = sweep.symbol
    title = "Work and memory over \(sweep.symbol)"
    panels = [
      Panel(title: "MACs", points: points.map { ($0.extent, .macs($0.totals.macs)) }),
      Panel(
        title: "Peak activations, bytes",
        points: points.map { ($0.extent, .bytes($0.totals.activations.peakLiveness?.extent.bytes)) }),
    ]
  }

  var summary: Prose {
    .joined(panels.compactMap(growth), separator: " ")
  }

  private func growth(_ panel: Panel) -> Prose? {
    guard let first = panel.points.first, let last = panel.points.last, let low = first.value.magnitude,
      let high = last.value.magnitude, low > 0
    else { return nil }
    return
      "\(panel.title): from \(first.value) at \(name: symbol) = \(first.extent) to \(last.value) at \(last.extent), \(.ratio(high / low))."
  }

  func svg(width: Double) -> SVG {
    let isNarrow = width < 500
    let panelWidth = isNarrow ? width : (width - 30) / 2
    let height = 220.0
    var svg = SVG(width: width, height: isNarrow ? 2 * height + 10 : height)
    for (index, panel) in panels.enumerated() {
      let origin = isNarrow ? (0, Double(index) * (height + 10)) : (Double(index) * (panelWidth + 30), 0)
      plot(panel, &svg, at: origin, size: (panelWidth, height))
    }
    return svg
  }

  private func plot(
    _ panel: Panel, _ svg: inout SVG, at origin: (x: Double, y: Double), size: (width: Double, height: Double)
  ) {
    let points = panel.points.compactMap { point in
      point.value.magnitude.map { (point.extent, $0, point.value) }
    }
    let highest = points.map(\.1).max() ?? 0
    svg.text(panel.title, x: origin.x, y: origin.y + 12, class: "label strong")
    guard highest > 0, let first = points.first, let last = points.last else { return }
    let bottom = origin.y + size.height - 36
    let y = LinearScale(domain: 0...highest * 1.08, start: bottom, end: origin.y + 28)
    let x = LinearScale(
      domain: 0...max(Double(last.0), 1), start: origin.x + 56, end: origin.x + size.width - 16)
    svg.horizontalGrid(y, ticks: y.ticks(4), from: x.start, to: x.end) { tick in
      let (number, prefix) = Numbers.prefixed(tick)
      return tick == 0 ? "0" : prefix.isEmpty ? number : "\(number) \(prefix)"
    }
    var free = x.start
    for point in points where x(Double(point.0)) - 4 * Double("\(point.0)".count) >= free {
      free = x(Double(point.0)) + 4 * Double("\(point.0)".count) + 4
      svg.text("\(point.0)", x: x(Double(point.0)), y: bottom + 16, anchor: .middle, class: "tick")
    }
    svg.text(SVG.fitted(symbol, into: 120) ?? "", x: x.end, y: bottom + 31, anchor: .end, class: "tick")
    var path = Path()
    path.move(to: (x(Double(first.0)), y(first.1)))
    for point in points.dropFirst() { path.line(to: (x(Double(point.0)), y(point.1))) }
    svg.path(path, class: "line l0")
    for point in points {
      svg.circle(
        x: x(Double(point.0)), y: y(point.1), radius: 3.5, class: "mark l0",
        title: "\(symbol) = \(Numbers.grouped(point.0)): \(point.2.labelled)")
    }
  }
}
