/// How parameters, MACs, bytes and time are divided among the stages: one bar each, every stage followed from bar to bar.
struct ShareChart: Chart {
  let title: String
  private let names: [String]
  private let levels: [Int]
  /// Whether the names are those of the file.
  private let areQuoted: Bool
  private let bars: [(label: String, shares: [Double])]

  /// nil where fewer than two bars could be drawn.
  init?(_ subject: Subject, stages: [Stage], costs: [GroupCost]) {
    self.init(
      title: "Shares by stage", names: stages.map(\.name), costs: costs,
      levels: stages.indices.map { $0 * 8 / stages.count }, areQuoted: stages.allSatisfy(\.isModule))
  }

  /// `levels` are steps of the ordered ramp of eight colours.
  init?(title: String, names: [String], costs: [GroupCost], levels: [Int], areQuoted: Bool) {
    self.title = title
    self.names = names
    self.levels = levels
    self.areQuoted = areQuoted
    var bars: [(label: String, shares: [Double])] = []
    func add(_ label: String, _ values: [Double?]) {
      let total = values.reduce(0) { $0 + ($1 ?? 0) }
      if total > 0 { bars.append((label, values.map { ($0 ?? 0) / total })) }
    }
    add("Parameters", costs.map { $0.parameters.value.map(Double.init) })
    add("MACs", costs.map { $0.macs.value.map(Double.init) })
    add("Bytes moved", costs.map { $0.bytesMoved.value.map(Double.init) })
    add("Time", costs.map(\.milliseconds))
    guard bars.count > 1, names.count > 1 else { return nil }
    self.bars = bars
  }

  var summary: Prose {
    let parts = bars.compactMap { bar -> Prose? in
      guard let top = bar.shares.indices.max(by: { bar.shares[$0] < bar.shares[$1] }) else { return nil }
      let what = bar.label == "MACs" ? bar.label : bar.label.lowercased()
      let place = areQuoted ? Prose([.name(names[top])]) : Prose(names[top])
      return "\(what) in " + place + " (\(.share(bar.shares[top])))"
    }
    return "Most " + .joined(parts, separator: ", ") + "."
  }

  func svg(width: Double) -> SVG {
    let left = 84.0
    let barHeight = 26.0
    let pitch = width < 500 ? 50.0 : 56.0
    var svg = SVG(width: width, height: 8 + pitch * Double(bars.count - 1) + barHeight + 8)
    let span = width - left - 4
    for (row, bar) in bars.enumerated() {
      let top = 8 + pitch * Double(row)
      svg.text(bar.label, x: left - 10, y: top + 17, anchor: .end, class: "label")
      if row + 1 < bars.count {
        bands(
          &svg, from: bar.shares, to: bars[row + 1].shares, left: left, span: span, top: top + barHeight,
          pitch - barHeight)
      }
    }
    for (row, bar) in bars.enumerated() {
      segments(&svg, bar, left: left, span: span, top: 8 + pitch * Double(row), height: barHeight)
    }
    return svg
  }

  private func segments(
    _ svg: inout SVG, _ bar: (label: String, shares: [Double]), left: Double, span: Double, top: Double,
    height: Double
  ) {
    var x = left
    for (index, share) in bar.shares.enumerated() where share > 0 {
      let width = share * span
      svg.rectangle(
        x: x, y: top, width: max(width - (width > 3 ? 1 : 0), 0.5), height: height,
        class: "ramp r\(levels[index])",
        title: "\(names[index]): \(Numbers.percent(share)) of \(bar.label)")
      let percent = Numbers.decimal(share * 100, digits: 0) + " %"
      if let label = label(names[index], percent, width - 8) {
        svg.text(label, x: x + width / 2, y: top + height / 2 + 4, anchor: .middle, class: "on-ramp")
      }
      x += width
    }
  }

  /// Name and share if both fit, else what fits.
  private func label(_ name: String, _ percent: String, _ room: Double) -> String? {
    for label in ["\(name) \(percent)", name, percent] where SVG.width(of: label) <= room { return label }
    return nil
  }

  private func bands(
    _ svg: inout SVG, from upper: [Double], to lower: [Double], left: Double, span: Double, top: Double,
    _ height: Double
  ) {
    var a = left
    var b = left
    for index in names.indices {
      let (wide, narrow) = (upper[index] * span, lower[index] * span)
      if max(wide, narrow) >= 2 {
        var path = Path()
        path.move(to: (a, top))
        path.line(to: (a + wide, top))
        path.line(to: (b + narrow, top + height))
        path.line(to: (b, top + height))
        path.closed()
        svg.path(path, class: "band r\(levels[index])")
      }
      a += wide
      b += narrow
    }
  }
}
