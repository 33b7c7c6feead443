internal import Analysis

/// Memory over the layers of each network, drawn to one scale.
package struct MemoryComparisonSection: ComparisonSection {
  package let title = "Activation memory"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    let ceiling = comparison.subjects.flatMap { $0.analysis.timeline.map(\.live.bytes) }.max()
    var blocks: [Block] = []
    for (label, subject) in zip(comparison.labels, comparison.subjects) {
      guard let chart = MemoryChart(subject, ceiling: ceiling) else { continue }
      blocks += [.heading(label), .chart(chart)]
    }
    guard !blocks.isEmpty else { return nil }
    self.blocks = blocks
  }
}
