internal import Profiling

/// What batching brings to each network, in one picture; only where all were measured under the same conditions.
package struct BatchComparisonSection: ComparisonSection {
  package let title = "Batch size"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    let subjects = comparison.subjects.filter {
      comparison.hasComparableTimes(comparison.first, $0) && ($0.profile?.batches.count ?? 0) > 1
    }
    guard subjects.count > 1, let chart = BatchChart(subjects) else { return nil }
    blocks = [.chart(chart)]
  }
}
