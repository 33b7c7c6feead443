internal import Analysis

/// What limits the figures of each network.
package struct CompletenessComparisonSection: ComparisonSection {
  package let title = "Completeness"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    blocks = [
      .table(
        Table(
          "Whether every operator's work is counted",
          columns: [.text("Network"), .text("Status"), .text("Not counted")],
          rows: zip(comparison.labels, comparison.subjects).map { label, subject in
            let uncounted = subject.analysis.totals.completeness.uncounted
            return [
              .name(label), .text(uncounted.isEmpty ? "complete" : "partial"),
              .text(uncounted.map { "\($0.operator) (\($0.count))" }.joined(separator: ", ")),
            ]
          }))
    ]
  }
}
