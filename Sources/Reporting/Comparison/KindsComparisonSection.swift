/// Where MACs and time go in each network, by kind of layer.
struct KindsComparisonSection: ComparisonSection {
  let title = "Where it goes, by kind of layer"
  let blocks: [Block]

  init?(_ comparison: ComparisonSubject) {
    var blocks: [Block] = []
    for (label, subject) in zip(comparison.labels, comparison.subjects) {
      blocks.append(.heading(label))
      let costs = subject.costsByKind.sorted { $0.kind < $1.kind }
      if let chart = ShareChart(
        title: "Shares by kind", names: costs.map(\.kind.name), costs: costs.map(\.cost))
      {
        blocks.append(.chart(chart))
      }
      blocks.append(.table(KindsSection.table(subject, caption: "Costs of \(label) by kind of layer")))
    }
    self.blocks = blocks
  }
}
