#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Maps values to pixels, evenly.
package struct LinearScale: Sendable {
  package var domain: ClosedRange<Double>
  package var start: Double
  package var end: Double

  package init(domain: ClosedRange<Double>, start: Double, end: Double) {
    self.domain = domain
    self.start = start
    self.end = end
  }

  func callAsFunction(_ value: Double) -> Double {
    let extent = domain.upperBound - domain.lowerBound
    guard extent > 0 else { return start }
    return start + (value - domain.lowerBound) / extent * (end - start)
  }

  /// Round values inside the domain, at most `count` steps apart.
  package func ticks(_ count: Int) -> [Double] {
    let step = Self.step(domain.upperBound - domain.lowerBound, count)
    guard step > 0, step.isFinite else { return [domain.lowerBound] }
    var ticks: [Double] = []
    var multiple = (domain.lowerBound / step).rounded(.up)
    while multiple * step <= domain.upperBound * (1 + 1e-9), ticks.count <= 2 * count + 2 {
      ticks.append(multiple * step)
      multiple += 1
    }
    return ticks
  }

  /// 1, 2, 2.5 or 5 times a power of ten.
  private static func step(_ extent: Double, _ count: Int) -> Double {
    guard extent > 0, extent.isFinite else { return 0 }
    let raw = extent / Double(count)
    let power = pow(10, log10(raw).rounded(.down))
    return [1, 2, 2.5, 5, 10].first { $0 * power >= raw * (1 - 1e-9) }.map { $0 * power } ?? raw
  }
}

/// Maps positive values to pixels by their logarithm.
package struct LogarithmicScale: Sendable {
  package var domain: ClosedRange<Double>
  package var start: Double
  package var end: Double

  package init(domain: ClosedRange<Double>, start: Double, end: Double) {
    self.domain = domain
    self.start = start
    self.end = end
  }

  func callAsFunction(_ value: Double) -> Double {
    let low = log10(domain.lowerBound)
    let extent = log10(domain.upperBound) - low
    guard extent > 0, value > 0 else { return start }
    return start + (log10(value) - low) / extent * (end - start)
  }

  /// Powers of ten inside the domain; where there are fewer than three, 2 and 5 times these too.
  package var ticks: [Double] {
    let decades = powers([1])
    return decades.count >= 3 ? decades : powers([1, 2, 5])
  }

  private func powers(_ factors: [Double]) -> [Double] {
    let first = Int(log10(domain.lowerBound).rounded(.down))
    let last = Int(log10(domain.upperBound).rounded(.up))
    guard first <= last else { return [] }
    return (first...last).flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
      .filter { $0 >= domain.lowerBound * 0.999 && $0 <= domain.upperBound * 1.001 }
  }
}

extension SVG {
  /// Light lines across the plot, each with its value at the left.
  mutating func horizontalGrid(
    _ scale: LinearScale, ticks: [Double], from left: Double, to right: Double, label: (Double) -> String
  ) {
    for tick in ticks {
      let y = scale(tick)
      line(from: (left, y), to: (right, y), class: tick == 0 ? "axis" : "grid")
      text(label(tick), x: left - 6, y: y + 4, anchor: .end, class: "tick")
    }
  }

  /// The stages under a plot over layers: a mark where each begins, its name where there is room.
  mutating func stageAxis(_ spans: [(name: String, range: Range<Int>)], x: LinearScale, y: Double) {
    for (index, span) in spans.enumerated() {
      let left = x(Double(span.range.lowerBound))
      let right = x(Double(span.range.upperBound))
      if index > 0 { line(from: (left, y), to: (left, y + 5), class: "axis") }
      if let name = Self.stageLabel(span.name, into: right - left - 4) {
        text(name, x: (left + right) / 2, y: y + 15, anchor: .middle, class: "tick")
      }
    }
  }
}

extension SVG {
  /// The name, or only its last part where there is no room for all of it.
  private static func stageLabel(_ name: String, into room: Double) -> String? {
    let last = name.split { $0 == "." || $0 == "/" }.last ?? ""
    return [name, "…\(last)"].first { width(of: $0) <= room }
  }
}

extension Subject {
  /// Stages whose layers follow each other, as ranges of layers; empty where the division does not follow the order.
  func spans() -> [(name: String, range: Range<Int>)] {
    var spans: [(name: String, range: Range<Int>)] = []
    for stage in stages {
      guard let first = stage.layers.first, let last = stage.layers.last,
        last - first + 1 == stage.layers.count
      else {
        return []
      }
      spans.append((stage.name, first..<last + 1))
    }
    return spans
  }
}
