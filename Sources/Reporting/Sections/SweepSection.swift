internal import Analysis

/// How the totals grow with one extent.
package struct SweepSection: Section {
  package let title: String
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let sweep = subject.analysis.sweep, !sweep.points.isEmpty else { return nil }
    title = "Sweep over \(sweep.symbol)"
    var blocks: [Block] = []
    if let chart = SweepChart(sweep) { blocks.append(.chart(chart)) }
    blocks.append(.table(Self.table(sweep)))
    self.blocks = blocks
  }

  private static func table(_ sweep: Sweep) -> Table {
    Table(
      "Totals by the extent of \(sweep.symbol)",
      columns: [
        Column(sweep.symbol), Column("MACs", hasBar: true), Column("FLOPs", priority: 1),
        Column("Operations", priority: 2), Column("Bytes moved"),
        Column("Intensity", unit: "op/B", priority: 1),
        Column("Total activations", priority: 1), Column("Peak activations"),
      ],
      rows: sweep.points.map { point in
        let totals = point.totals
        let isPartial = !totals.completeness.isComplete
        return [
          .count(point.extent), .macs(totals.macs).atLeast(if: isPartial),
          .flops(totals.flops).atLeast(if: isPartial), .operations(totals.operations).atLeast(if: isPartial),
          .bytes(totals.bytesMoved).atLeast(if: isPartial),
          .number(totals.intensity, unit: "operations per byte"),
          .bytes(totals.activations.total?.bytes).atLeast(if: totals.activations.isLowerBound),
          .bytes(totals.activations.peakLiveness?.extent.bytes).atLeast(if: totals.activations.isLowerBound),
        ]
      })
  }
}

extension Totals {
  /// Operations per byte moved.
  var intensity: Double? {
    guard let bytesMoved, bytesMoved > 0 else { return nil }
    return Double(operations) / Double(bytesMoved)
  }
}
