internal import Checking

/// One figure over the runs of a history: a dot for each run, a line through counted figures, the level of measured ones, and a mark
/// where it moved.
struct TrendChart: Chart {
  let title: String
  let summary: Prose
  private let trend: Trend
  private let runs: [HistoryRun]
  private let low: Double
  private let high: Double

  /// nil below two runs.
  init?(_ trend: Trend, _ runs: [HistoryRun]) {
    let values = trend.points.map(\.value).filter(\.isFinite)
    guard trend.points.count > 1, values.count == trend.points.count, let low = values.min(),
      let high = values.max()
    else { return nil }
    self.trend = trend
    self.runs = runs
    // A figure that hardly moves is not blown up to fill the height.
    let margin = max((high - low) * 0.12, high.magnitude * 0.01, 1e-9)
    self.low = low - margin
    self.high = high + margin
    title = TrendText.title(trend.kind)
    summary = TrendText.summary(trend, runs)
  }

  func svg(width: Double) -> SVG {
    let height = 200.0
    var svg = SVG(width: width, height: height)
    let left = 64.0
    let right = width - 10
    let bottom = height - 28
    let y = LinearScale(domain: low...high, start: bottom, end: 26)
    svg.horizontalGrid(y, ticks: y.ticks(4), from: left, to: right) { value in
      TrendText.tick(value, trend.kind)
    }
    let last = Double(max(trend.points.count - 1, 1))
    let x = LinearScale(domain: 0...last, start: left + 8, end: right - 8)
    changes(&svg, x, y, top: 26, bottom: bottom, from: left, to: right)
    levels(&svg, x, y)
    dots(&svg, x, y)
    ends(&svg, left: left, right: right, baseline: bottom + 18)
    return svg
  }

  /// The first and the last commit, as far as there is room for both.
  private func ends(_ svg: inout SVG, left: Double, right: Double, baseline: Double) {
    let room = (right - left) / 2 - 10
    for (point, x, anchor) in [
      (trend.points.first, left, SVG.Anchor.start), (trend.points.last, right, .end),
    ] {
      guard let point else { continue }
      let run = runs[point.run]
      let label = "\(TrendText.shortCommit(run.commit)) \(run.time.prefix(10))"
      guard let text = SVG.fitted(Escaping.visible(label), into: room) else { continue }
      svg.text(text, x: x, y: baseline, anchor: anchor, class: "tick")
    }
  }

  private func changes(
    _ svg: inout SVG, _ x: LinearScale, _ y: LinearScale, top: Double, bottom: Double, from left: Double,
    to right: Double
  ) {
    var free = left
    for change in trend.changes {
      let middle = x(Double(change.point) - 0.5)
      svg.line(from: (middle, top), to: (middle, bottom), class: "reference")
      let label = Escaping.visible(TrendText.shortCommit(runs[change.run].commit))
      let width = SVG.width(of: label)
      let start = min(max(middle - width / 2, left), right - width)
      // Labels that would lie on each other are left to the list below.
      guard start >= free else { continue }
      svg.text(label, x: start, y: 14, class: "accent-text")
      free = start + width + 8
    }
  }

  private func levels(_ svg: inout SVG, _ x: LinearScale, _ y: LinearScale) {
    var path = Path()
    switch trend.kind {
    case .counted:
      for (index, point) in trend.points.enumerated() {
        let place = (x(Double(index)), y(point.value))
        if index == 0 { path.move(to: place) } else { path.line(to: place) }
      }
    case .measured:
      let starts = [0] + trend.changes.map(\.point)
      for (place, start) in starts.enumerated() {
        let end = place + 1 < starts.count ? starts[place + 1] : trend.points.count
        let level = TrendText.level(trend, start..<end)
        path.move(to: (x(Double(start) - 0.4), y(level)))
        path.horizontal(to: x(Double(end - 1) + 0.4))
      }
    }
    svg.path(path, class: "line l0")
  }

  private func dots(_ svg: inout SVG, _ x: LinearScale, _ y: LinearScale) {
    let starts = Set(trend.changes.map(\.point))
    for (index, point) in trend.points.enumerated() {
      let run = runs[point.run]
      svg.circle(
        x: x(Double(index)), y: y(point.value), radius: starts.contains(index) ? 4.5 : 3,
        class: starts.contains(index) ? "mark l1" : "mark l0",
        title: "\(run.commit) \(run.time): \(TrendText.value(point.value, trend.kind))")
    }
  }
}
