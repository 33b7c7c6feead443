/// Where MACs and time go in each network, by kind of layer.
package struct KindsComparisonSection: ComparisonSection {
  package let title = "Where it goes, by kind of layer"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    var blocks: [Block] = []
    let kinds = Array(Set(comparison.subjects.flatMap(\.kinds))).sorted()
    for (label, subject) in zip(comparison.labels, comparison.subjects) {
      blocks.append(.heading(label))
      let costs = subject.costsByKind.sorted { $0.kind < $1.kind }
      if let chart = ShareChart(
        title: "Shares by kind", names: costs.map(\.kind.name), costs: costs.map(\.cost),
        levels: costs.map { (kinds.firstIndex(of: $0.kind) ?? 0) * 8 / kinds.count }, areQuoted: false)
      {
        blocks.append(.chart(chart))
      }
      blocks.append(.table(KindsSection.table(subject, caption: "Costs of \(label) by kind of layer")))
    }
    self.blocks = blocks
  }
}
