internal import Analysis

/// The figures rolled up by module.
package struct ModulesSection: Section {
  package let title = "Modules"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard let modules = subject.modules, let depth = subject.moduleDepth, !modules.isEmpty else { return nil }
    var blocks: [Block] = []
    if modules.allSatisfy({ $0.group.path.isEmpty }) {
      blocks.append(.list([Remark(.caution, "The file says of no node which module it belongs to.")]))
    }
    blocks.append(.table(Self.table(subject, modules, depth)))
    self.blocks = blocks
  }

  private static func table(_ subject: Subject, _ modules: [ModuleCost], _ depth: Int) -> Table {
    let totals = subject.analysis.totals
    var columns: [Column] = [
      .text("Module"), Column("Layers", priority: 2), Column("Parameters"), Column("MACs"),
      Column("of MACs", hasBar: true, priority: 1), Column("Operations", priority: 2), Column("Bytes moved"),
      Column("Activations", priority: 1),
    ]
    if subject.layerSum != nil { columns += [Column("Time", unit: "ms"), Column("of time", hasBar: true)] }
    let rows = modules.map { module -> [Quantity] in
      var row: [Quantity] = [
        module.group.name, .count(module.cost.layerCount), .count(module.parameters.learnable),
        .macs(module.cost.macs.value).atLeast(if: module.cost.macs.isPartial),
        .share(module.cost.macs.share(of: totals.macs)),
        .operations(module.cost.operations.value).atLeast(if: module.cost.operations.isPartial),
        .bytes(module.cost.bytesMoved.value).atLeast(if: module.cost.bytesMoved.isPartial),
        .bytes(module.activationBytes.value).atLeast(if: module.activationBytes.isPartial),
      ]
      if let sum = subject.layerSum {
        row += [.milliseconds(module.cost.milliseconds), .share(module.cost.milliseconds.map { $0 / sum })]
      }
      return row
    }
    var total: [Quantity] = [
      .text("Total"), .count(subject.analysis.layers.count), .count(totals.parameters.learnable),
      .macs(totals.macs).atLeast(if: subject.isPartial), .text(""),
      .operations(totals.operations).atLeast(if: subject.isPartial),
      .bytes(totals.bytesMoved).atLeast(if: subject.isPartial),
      .bytes(Tally(modules.map(\.activationBytes.value)).value),
    ]
    if subject.layerSum != nil { total += [.milliseconds(subject.layerSum), .text("")] }
    return Table(
      "Modules of \(subject.name) to depth \(depth)", columns: columns, rows: rows, total: total,
      isSortable: true)
  }
}
