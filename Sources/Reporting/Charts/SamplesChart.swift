internal import Profiling

/// Every timed run in order, and beside it how the times are distributed.
struct SamplesChart: Chart {
  let title: String
  private let batch: BatchProfile
  private let low: Double
  private let high: Double

  /// nil for fewer than three runs.
  init?(_ batch: BatchProfile) {
    let samples = batch.rawSamples.filter(\.isFinite)
    guard samples.count > 2, let low = samples.min(), let high = samples.max(), high > 0 else { return nil }
    self.batch = batch
    let margin = max((high - low) * 0.05, high * 0.005)
    self.low = max(low - margin, 0)
    self.high = high + margin
    title = "Every run at batch \(batch.batch)"
  }

  var summary: Prose {
    let median = batch.latency.p50
    let slow = batch.rawSamples.count { $0 > 1.2 * median }
    let spread: Prose =
      "\(Numbers.plural(batch.rawSamples.count, "run")) in the order taken, and their distribution; the vertical axis does not start at 0."
    return slow == 0
      ? spread + " None takes more than 1.2× the median."
      : spread + " \(Numbers.plural(slow, "run takes", "runs take")) more than 1.2× the median."
  }

  func svg(width: Double) -> SVG {
    let height = 190.0
    var svg = SVG(width: width, height: height)
    let left = 52.0
    let bottom = height - 26
    let split = width - (width < 500 ? 80 : 150)
    let y = LinearScale(domain: low...high, start: bottom, end: 20)
    svg.horizontalGrid(y, ticks: y.ticks(4), from: left, to: width - 8, label: Numbers.tick)
    svg.text("ms", x: left - 6, y: 12, anchor: .end, class: "tick")
    dots(&svg, left: left + 4, right: split - 12, y: y)
    histogram(&svg, left: split, right: width - 8, y: y)
    let median = y(batch.latency.p50)
    svg.line(from: (left, median), to: (width - 8, median), class: "reference")
    svg.text(
      "median \(Numbers.milliseconds(batch.latency.p50))", x: width - 8, y: 12, anchor: .end, class: "tick")
    svg.text("run 1", x: left + 4, y: bottom + 17, class: "tick")
    svg.text(
      Numbers.grouped(batch.rawSamples.count), x: split - 12, y: bottom + 17, anchor: .end, class: "tick")
    return svg
  }

  /// At most 1,500 dots: with more runs, every n-th.
  private func dots(_ svg: inout SVG, left: Double, right: Double, y: LinearScale) {
    let samples = batch.rawSamples
    let x = LinearScale(domain: 0...Double(max(samples.count - 1, 1)), start: left, end: right)
    var path = Path()
    for index in stride(from: 0, to: samples.count, by: max(1, (samples.count + 1499) / 1500)) {
      path.move(to: (x(Double(index)), y(samples[index])))
      path.horizontal(to: x(Double(index)))
    }
    svg.path(path, class: "dots")
  }

  private func histogram(_ svg: inout SVG, left: Double, right: Double, y: LinearScale) {
    let count = 24
    var bins = [Int](repeating: 0, count: count)
    for sample in batch.rawSamples where sample.isFinite {
      let place = Int((sample - low) / (high - low) * Double(count))
      bins[min(max(place, 0), count - 1)] += 1
    }
    let largest = Double(max(bins.max() ?? 1, 1))
    let step = (high - low) / Double(count)
    for (index, runs) in bins.enumerated() where runs > 0 {
      let from = low + Double(index) * step
      let top = y(from + step)
      svg.rectangle(
        x: left, y: top + 0.5, width: Double(runs) / largest * (right - left), height: y(from) - top - 1,
        class: "area",
        title:
          "\(Numbers.milliseconds(from)) – \(Numbers.milliseconds(from + step)) ms: \(Numbers.plural(runs, "run"))"
      )
    }
  }
}
