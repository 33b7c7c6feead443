internal import Analysis
internal import Operators

/// Attention, one row for each: heads, lengths, what is hidden, and the cache of keys and values.
package struct AttentionSection: Section {
  package let title = "Attention"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let units = subject.analysis.attention
    guard !units.isEmpty else { return nil }
    var blocks: [Block] = [.paragraph(Self.sentence(units))]
    let cached = units.compactMap(\.cacheBytesPerPlace)
    if !cached.isEmpty {
      blocks.append(
        .figures([
          Figure("Cache per token", .bytes(cached.reduce(0, Self.sum))),
          Figure("Cache in all", .bytes(units.compactMap(\.cacheBytes).reduce(0, Self.sum))),
        ]))
    }
    blocks.append(.table(Self.table(units, cached: !cached.isEmpty)))
    self.blocks = blocks
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  private static func sentence(_ units: [AttentionUnit]) -> Prose {
    let chains = units.count { $0.form == .chain }
    let form: Prose =
      switch chains {
      case 0: "as operators"
      case units.count: "spelled out as products around a softmax"
      default: "\(chains) of them spelled out as products around a softmax"
      }
    let phases = units.map(\.phase)
    let phase: Prose =
      if let first = phases.first, phases.allSatisfy({ $0 == first }) {
        "; \(words(first))."
      } else { "." }
    return "\(strong: Numbers.plural(units.count, "attention unit")), " + form + phase
  }

  private static func words(_ phase: AttentionUnit.Phase) -> String {
    switch phase {
    case .full: "every query sees every key"
    case .prefill: "a prompt, each place seeing those before it (prefill)"
    case .decode: "one new place that sees what is cached (decode)"
    }
  }

  private static func table(_ units: [AttentionUnit], cached: Bool) -> Table {
    var columns: [Column] = [
      .text("Unit"), .text("Form", priority: 2), .text("Phase", priority: 1), Column("Heads"),
      Column("Key heads", priority: 1), Column("Queries"), Column("Keys"), Column("Head size"), .text("Sees"),
      Column("MACs"), Column("Needed MACs", priority: 1),
    ]
    if cached { columns.append(Column("Cache", priority: 1)) }
    return Table(
      "Attention units", columns: columns,
      rows: units.map { unit in
        let e = unit.extents
        var row: [Quantity] = [
          .name(unit.name), .text(form(unit.form)), .text(unit.phase.rawValue), .count(e.queryHeads),
          .count(e.keyHeads), .count(e.queryLength), .count(e.totalLength), .count(e.headSize),
          .text(visible(unit.visibility)), .macs(unit.macs), .macs(unit.neededMACs),
        ]
        if cached { row.append(.bytes(unit.cacheBytes)) }
        return row
      }, isSortable: true)
  }

  private static func form(_ form: AttentionUnit.Form) -> String {
    switch form {
    case .operator(let name): name
    case .chain: "MatMul, Softmax, MatMul"
    }
  }

  private static func visible(_ visibility: AttentionVisibility?) -> String {
    guard let visibility else { return "by a mask" }
    var parts = [visibility.isCausal ? "up to its own place" : "all"]
    if let left = visibility.left { parts.append("\(Numbers.grouped(left)) before") }
    if let right = visibility.right { parts.append("\(Numbers.grouped(right)) behind") }
    return parts.joined(separator: ", ")
  }
}
