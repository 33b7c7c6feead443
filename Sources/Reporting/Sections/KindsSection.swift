internal import Analysis

/// What each kind of layer takes, and how near to the machine's peak it runs.
package struct KindsSection: Section {
  package let title = "Where it goes, by kind of layer"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let costs = subject.costsByKind
    guard costs.count > 1 else { return nil }
    blocks = [.table(Self.table(subject))]
  }

  static func table(_ subject: Subject, caption: String = "Costs by kind of layer") -> Table {
    let costs = subject.costsByKind
    let macs = Tally(costs.map(\.cost.macs.value)).value
    var columns: [Column] = [
      .text("Kind"), Column("Layers", priority: 1), Column("Parameters", priority: 1), Column("MACs"),
      Column("of MACs", hasBar: true), Column("Intensity", unit: "op/B", priority: 1),
    ]
    if subject.layerSum != nil {
      columns += [
        Column("Time", unit: "ms"), Column("of time", hasBar: true), Column("GFLOP/s", priority: 1),
        Column("of peak"),
      ]
    }
    let rows = costs.map { kind, _, cost -> [Quantity] in
      var row: [Quantity] = [
        .text(kind.name), .count(cost.layerCount), .count(cost.parameters.value),
        .macs(cost.macs.value).atLeast(if: cost.macs.isPartial), .share(cost.macs.share(of: macs)),
        .number(cost.intensity, unit: "operations per byte"),
      ]
      if let sum = subject.layerSum {
        row += [
          .milliseconds(cost.milliseconds), .share(cost.milliseconds.map { $0 / sum }),
          .number(cost.gigaflops, unit: "GFLOP/s"),
          .share(cost.gigaflops.flatMap { rate in subject.roof.map { rate / $0.gigaflops } }),
        ]
      }
      return row
    }
    return Table(caption + subject.remarkOnDividedTimes, columns: columns, rows: rows)
  }
}
