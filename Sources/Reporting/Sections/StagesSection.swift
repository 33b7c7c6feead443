internal import Analysis

/// Where parameters, MACs and time sit along the network.
package struct StagesSection: Section {
  package let title = "Where it goes, by stage"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let stages = subject.stages
    guard stages.count > 1 else { return nil }
    let costs = stages.map { GroupCost($0.layers, of: subject) }
    var blocks: [Block] = []
    if let chart = ShareChart(subject, stages: stages, costs: costs) { blocks.append(.chart(chart)) }
    blocks.append(.table(Self.table(subject, stages, costs)))
    self.blocks = blocks
  }

  private static func table(_ subject: Subject, _ stages: [Stage], _ costs: [GroupCost]) -> Table {
    let isMeasured = subject.layerSum != nil
    let parameters = Tally(costs.map(\.parameters.value)).value
    let macs = Tally(costs.map(\.macs.value)).value
    var columns: [Column] = [
      .text("Stage"), Column("Layers", priority: 2), Column("Parameters"),
      Column("of all", hasBar: true, priority: 1),
      Column("MACs"), Column("of all", hasBar: true, priority: 1),
    ]
    if isMeasured {
      columns += [Column("Time", unit: "ms"), Column("of all", hasBar: true), Column("GFLOP/s", priority: 1)]
    }
    let rows = zip(stages, costs).map { stage, cost -> [Quantity] in
      var row: [Quantity] = [
        stage.isModule ? .name(stage.name) : .text(stage.name), .count(cost.layerCount),
        .count(cost.parameters.value).atLeast(if: cost.parameters.isPartial),
        .share(cost.parameters.share(of: parameters)),
        .macs(cost.macs.value).atLeast(if: cost.macs.isPartial), .share(cost.macs.share(of: macs)),
      ]
      if let sum = subject.layerSum {
        row += [
          .milliseconds(cost.milliseconds), .share(cost.milliseconds.map { $0 / sum }),
          .number(cost.gigaflops, unit: "GFLOP/s"),
        ]
      }
      return row
    }
    return Table("Shares by stage" + subject.remarkOnDividedTimes, columns: columns, rows: rows)
  }
}
