internal import Analysis

/// Layers by arithmetic intensity and achieved speed under the machine's roof, both axes logarithmic.
package struct RooflineChart: Chart {
  package let title = "Layers under the machine's roof"
  private let subject: Subject
  private let roof: Roof
  private let points: [Point]

  struct Point: Sendable {
    var layer: Int
    var intensity: Double
    /// Operations (2 x MACs + elementwise), 10⁹ per second.
    var speed: Double
    /// Of the whole time.
    var share: Double
    var kind: LayerKind
  }

  /// nil without a measured machine and at least one layer with a time.
  package init?(_ subject: Subject) {
    guard let roof = subject.roof, let sum = subject.layerSum else { return nil }
    let points = subject.times.indices.compactMap { Self.point($0, subject, sum) }
    guard !points.isEmpty else { return nil }
    self.subject = subject
    self.roof = roof
    self.points = points
  }

  /// A step's layers together; their bytes are those of unfused layers, so its intensity is a lower bound.
  private static func point(_ index: Int, _ subject: Subject, _ sum: Double) -> Point? {
    guard let time = subject.times[index]?.measured, time.milliseconds > 0 else { return nil }
    let layers = time.layers.map { subject.analysis.layers[$0] }
    guard let operations = Tally(layers.map(\.operations)).value,
      let bytes = Tally(layers.map(\.bytesMoved)).value,
      operations > 0, bytes > 0
    else { return nil }
    return Point(
      layer: index, intensity: Double(operations) / Double(bytes),
      speed: Double(operations) * subject.batchScale / time.milliseconds / 1e6,
      share: time.milliseconds / sum,
      kind: subject.kinds[index])
  }

  private func efficiency(_ point: Point) -> Double {
    point.speed / roof.attainable(atIntensity: point.intensity)
  }

  package var summary: Prose {
    let weighted = points.reduce(0) { $0 + efficiency($1) * $1.share } / points.reduce(0) { $0 + $1.share }
    let far = points.filter { $0.share >= 0.01 }.min { efficiency($0) < efficiency($1) }
    let average: Prose =
      "A dot is a layer, its area the share of time. Weighted by time, layers run at \(strong: .share(weighted)) of what the roof allows at their intensity."
    guard let far else { return average }
    return average
      + " Furthest below among those that take at least 1 %: \(name: subject.analysis.layers[far.layer].shortName) at \(.share(efficiency(far)))."
  }

  package func svg(width: Double) -> SVG {
    let height = width < 500 ? 300.0 : 380.0
    var svg = SVG(width: width, height: height)
    let left = 52.0
    let right = width - 10
    let kinds = Array(Set(points.map(\.kind))).sorted()
    let legend = legendRows(kinds, width: right - left)
    let top = 14 + 18 * Double(legend.count) + 10
    let bottom = height - 42
    let x = LogarithmicScale(domain: domain(points.map(\.intensity) + [roof.ridge]), start: left, end: right)
    let lowest = max(points.map(\.speed).min() ?? roof.gigaflops, roof.gigaflops / 1e4)
    let y = LogarithmicScale(domain: lowest / 1.5...roof.gigaflops * 1.4, start: bottom, end: top)
    axes(&svg, x: x, y: y)
    drawRoof(&svg, x: x, y: y)
    for (rank, point) in points.sorted(by: { $0.share > $1.share }).prefix(1000).enumerated() {
      draw(point, isNamed: rank < 250, &svg, x: x, y: y)
    }
    annotate(&svg, x: x, y: y)
    for (row, entries) in legend.enumerated() {
      for entry in entries {
        svg.circle(
          x: entry.x + left + 4, y: 10 + 18 * Double(row), radius: 4.5, class: "dot \(style(entry.kind))")
        svg.text(entry.kind.name, x: entry.x + left + 13, y: 14 + 18 * Double(row), class: "label")
      }
    }
    return svg
  }

  private func legendRows(_ kinds: [LayerKind], width: Double) -> [[(kind: LayerKind, x: Double)]] {
    var rows: [[(kind: LayerKind, x: Double)]] = [[]]
    var x = 0.0
    for kind in kinds {
      let needed = SVG.width(of: kind.name) + 28
      if x + needed > width, !rows[rows.count - 1].isEmpty {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((kind, x))
      x += needed
    }
    return rows
  }

  private func domain(_ values: [Double]) -> ClosedRange<Double> {
    let low = values.min() ?? 1
    let high = values.max() ?? 1
    return low / 1.6...high * 2.2
  }

  private func axes(_ svg: inout SVG, x: LogarithmicScale, y: LogarithmicScale) {
    for tick in y.ticks {
      svg.line(from: (x.start, y(tick)), to: (x.end, y(tick)), class: "grid")
      svg.text(Numbers.tick(tick), x: x.start - 6, y: y(tick) + 4, anchor: .end, class: "tick")
    }
    svg.line(from: (x.start, y.start), to: (x.end, y.start), class: "axis")
    for tick in x.ticks {
      svg.line(from: (x(tick), y.start), to: (x(tick), y.start + 4), class: "axis")
      svg.text(Numbers.tick(tick), x: x(tick), y: y.start + 17, anchor: .middle, class: "tick")
    }
    svg.text("operations per byte moved", x: x.end, y: y.start + 34, anchor: .end, class: "tick")
    svg.text("Gop/s", x: x.start - 6, y: y.end - 4, anchor: .end, class: "tick")
  }

  private func drawRoof(_ svg: inout SVG, x: LogarithmicScale, y: LogarithmicScale) {
    let entry = max(x.domain.lowerBound, y.domain.lowerBound / roof.bandwidth)
    var path = Path()
    path.move(to: (x(entry), y(roof.attainable(atIntensity: entry))))
    path.line(to: (x(roof.ridge), y(roof.gigaflops)))
    path.line(to: (x.end, y(roof.gigaflops)))
    svg.path(path, class: "roof")
    svg.text(
      "peak \(Numbers.significant(roof.gigaflops)) GFLOP/s", x: x.end, y: y(roof.gigaflops) - 6, anchor: .end,
      class: "label muted")
    let middle = max(entry * 1.1, entry + (roof.ridge - entry) * 0.05)
    svg.text(
      "\(Numbers.significant(roof.bandwidth)) GB/s", x: x(middle) + 10,
      y: y(roof.attainable(atIntensity: middle)) + 12, class: "label muted")
  }

  private func radius(_ point: Point) -> Double { 2.5 + 16 * point.share.squareRoot() }

  /// Only the layers that take longest are named when pointed at, to keep pages of large networks small.
  private func draw(_ point: Point, isNamed: Bool, _ svg: inout SVG, x: LogarithmicScale, y: LogarithmicScale)
  {
    let layer = subject.analysis.layers[point.layer]
    svg.circle(
      x: x(point.intensity), y: min(y(point.speed), y.start), radius: radius(point),
      class: "dot \(style(point.kind))",
      title: isNamed
        ? "\(layer.shortName) (\(layer.operator) \(layer.detail)): \(Numbers.significant(point.speed)) Gop/s at \(Numbers.significant(point.intensity)) operations per byte, \(Numbers.percent(efficiency(point))) of the roof, \(Numbers.percent(point.share)) of time"
        : nil
    )
  }

  /// Names the layers that take most time and those that stay far below the roof, where a name fits.
  private func annotate(_ svg: inout SVG, x: LogarithmicScale, y: LogarithmicScale) {
    let slow = points.filter { $0.share >= 0.01 && efficiency($0) < 0.3 }.sorted { $0.share > $1.share }
      .prefix(3)
    let large = points.sorted { $0.share > $1.share }.prefix(3)
    var taken = points.map { point in
      let center = x(point.intensity)
      let reach = radius(point)
      return (left: center - reach, right: center + reach, y: min(y(point.speed), y.start) + 4)
    }
    var named: Set<Int> = []
    for point in Array(large) + Array(slow) where named.insert(point.layer).inserted {
      let name = subject.analysis.layers[point.layer].shortName
      let label = SVG.fitted(name, into: 150) ?? name
      let width = SVG.width(of: label)
      let (cx, cy) = (x(point.intensity), min(y(point.speed), y.start))
      let offset = radius(point) + 4
      for (left, baseline) in [
        (cx + offset, cy + 4), (cx - offset - width, cy + 4), (cx - width / 2, cy + offset + 9),
      ] {
        let right = left + width
        guard left > x.start, right < x.end, baseline < y.start - 2,
          !taken.contains(where: { abs($0.y - baseline) < 13 && left < $0.right && right > $0.left })
        else { continue }
        taken.append((left, right, baseline))
        svg.text(label, x: left, y: baseline, class: "label halo")
        break
      }
    }
  }

  private func style(_ kind: LayerKind) -> String {
    switch kind {
    case .convolution, .transposedConvolution: "k1"
    case .depthwiseConvolution, .groupedConvolution: "k2"
    case .pointwiseConvolution: "k3"
    case .matrixProduct, .recurrent: "k4"
    case .attention, .softmax, .normalization: "k5"
    default: "k0"
    }
  }

  package var inWords: [Block] {
    let shown = points.sorted { $0.share > $1.share }.prefix(8)
    return [
      .table(
        Table(
          "The layers that take longest, against the roof",
          columns: [
            .text("Layer"), Column("Intensity", unit: "op/B"), Column("Gop/s"),
            Column("of the roof", hasBar: true),
            Column("of time"),
          ],
          rows: shown.map { point in
            [
              .name(subject.analysis.layers[point.layer].shortName), .number(point.intensity, unit: ""),
              .number(point.speed, unit: ""), .share(efficiency(point)), .share(point.share),
            ]
          }))
    ]
  }
}
