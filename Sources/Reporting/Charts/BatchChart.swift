internal import Profiling

/// Latency and throughput over the batch size, side by side, one line per network.
struct BatchChart: Chart {
  let title = "Latency and throughput over the batch size"
  private let series: [(name: String, batches: [BatchProfile])]

  /// nil where no network was measured at two batch sizes.
  init?(_ subjects: [Subject]) {
    series = subjects.compactMap { subject in
      guard let batches = subject.profile?.batches.filter({ $0.batch > 0 }), batches.count > 1 else {
        return nil
      }
      return (subject.name, batches.sorted { $0.batch < $1.batch })
    }
    if series.isEmpty { return nil }
  }

  var summary: Prose {
    .joined(
      series.map { series in
        guard let first = series.batches.first, let last = series.batches.last, first.throughputPerSecond > 0
        else {
          return ""
        }
        let gain = last.throughputPerSecond / first.throughputPerSecond
        return
          "\(name: series.name): from batch \(first.batch) to \(last.batch) the latency goes from \(.milliseconds(first.latency.p50)) to \(.milliseconds(last.latency.p50)), the throughput becomes \(.ratio(gain))."
      }, separator: " ")
  }

  func svg(width: Double) -> SVG {
    let isNarrow = width < 500
    let panel = isNarrow ? width : (width - 30) / 2
    let height = 220.0
    var svg = SVG(width: width, height: isNarrow ? 2 * height + 10 : height)
    plot(&svg, at: (0, 0), size: (panel, height), title: "Latency, ms (median)", showsKnee: false) {
      $0.latency.p50
    }
    let origin = isNarrow ? (0.0, height + 10) : (panel + 30, 0.0)
    plot(&svg, at: origin, size: (panel, height), title: "Throughput, per second", showsKnee: true) {
      $0.throughputPerSecond
    }
    return svg
  }

  private func plot(
    _ svg: inout SVG, at origin: (x: Double, y: Double), size: (width: Double, height: Double), title: String,
    showsKnee: Bool, value: (BatchProfile) -> Double
  ) {
    let left = origin.x + 48
    let right = origin.x + size.width - 16
    let bottom = origin.y + size.height - 36
    let highest = series.flatMap { $0.batches.map(value) }.max() ?? 1
    let batches = Array(Set(series.flatMap { $0.batches.map(\.batch) })).sorted()
    guard highest > 0, let first = batches.first, let last = batches.last else { return }
    let y = LinearScale(domain: 0...highest * 1.08, start: bottom, end: origin.y + 28)
    let x = LinearScale(
      domain: min(Double(first), 0)...max(Double(last), Double(first) + 1), start: left, end: right)
    svg.text(title, x: origin.x, y: origin.y + 12, class: "label strong")
    svg.horizontalGrid(y, ticks: y.ticks(4), from: left, to: right, label: Numbers.tick)
    var free = left
    for batch in batches where x(Double(batch)) - 4 * Double("\(batch)".count) >= free {
      free = x(Double(batch)) + 4 * Double("\(batch)".count) + 4
      svg.text("\(batch)", x: x(Double(batch)), y: bottom + 16, anchor: .middle, class: "tick")
    }
    svg.text("batch", x: right, y: bottom + 31, anchor: .end, class: "tick")
    for (index, series) in series.enumerated() {
      line(series, index: index, &svg, x: x, y: y, showsKnee: showsKnee, value: value)
    }
  }

  private func line(
    _ series: (name: String, batches: [BatchProfile]), index: Int, _ svg: inout SVG, x: LinearScale,
    y: LinearScale, showsKnee: Bool, value: (BatchProfile) -> Double
  ) {
    var path = Path()
    for (position, batch) in series.batches.enumerated() {
      let point = (x(Double(batch.batch)), y(value(batch)))
      if position == 0 { path.move(to: point) } else { path.line(to: point) }
    }
    svg.path(path, class: "line l\(index % 4)")
    for batch in series.batches {
      svg.circle(
        x: x(Double(batch.batch)), y: y(value(batch)), radius: 3.5, class: "mark l\(index % 4)",
        title: "\(series.name), batch \(batch.batch): \(Numbers.significant(value(batch)))")
    }
    guard let last = series.batches.last else { return }
    if self.series.count > 1 {
      let label = SVG.fitted(series.name, into: 110) ?? series.name
      let above = y(value(last)) - 9
      svg.text(label, x: x.end, y: max(above, y.end + 4), anchor: .end, class: "label halo")
    } else if showsKnee, let knee = BatchSweepSection.kneeIndex(series.batches) {
      let batch = series.batches[knee]
      svg.circle(x: x(Double(batch.batch)), y: y(value(batch)), radius: 7, class: "ring")
      svg.text(
        "knee: batch \(batch.batch)", x: min(x(Double(batch.batch)), x.end - 40), y: y(value(batch)) + 24,
        anchor: .middle, class: "label halo")
    }
  }
}
