internal import Analysis
internal import Network

/// The networks held against each other part by part: by layer where they have the same layers, else by the resolution at which
/// layers work.
package struct AlignmentSection: ComparisonSection {
  package let title: String
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    if let table = Self.byLayer(comparison) {
      title = "Layer by layer"
      blocks = [.table(table)]
    } else if let table = Self.byResolution(comparison) {
      title = "By resolution"
      blocks = [
        .paragraph("Layers that produce feature maps of the same extent, in each network."), .table(table),
      ]
    } else {
      return nil
    }
  }

  /// Only for two networks of which the smaller shares 60 % of its layers' names with the other; the layers that differ.
  private static func byLayer(_ comparison: ComparisonSubject) -> Table? {
    guard comparison.subjects.count == 2 else { return nil }
    let (a, b) = (comparison.subjects[0], comparison.subjects[1])
    let left = places(a)
    let right = places(b)
    let shared = left.keys.filter { right[$0] != nil }
    guard !shared.isEmpty, Double(shared.count) >= 0.6 * Double(min(left.count, right.count)) else {
      return nil
    }
    let isTimed = comparison.hasComparableTimes(a, b) && a.layerSum != nil && b.layerSum != nil
    var rows: [[Quantity]] = []
    for index in a.analysis.layers.indices {
      let other = right[a.analysis.layers[index].name]
      if let row = row(a, index, b, other, isTimed) { rows.append(row) }
    }
    for index in b.analysis.layers.indices where left[b.analysis.layers[index].name] == nil {
      if let row = row(a, nil, b, index, isTimed) { rows.append(row) }
    }
    guard !rows.isEmpty else { return nil }
    let names = comparison.labels
    var columns: [Column] = [
      .text("Layer"), Column("MACs, \(names[0])"), Column("MACs, \(names[1])"), Column("ratio", priority: 1),
    ]
    if isTimed { columns += [Column("ms, \(names[0])"), Column("ms, \(names[1])"), Column("ratio")] }
    return Table(
      "\(Numbers.plural(shared.count, "layer")) in both; those that differ", columns: columns, rows: rows,
      isSortable: true)
  }

  private static func places(_ subject: Subject) -> [String: Int] {
    Dictionary(
      subject.analysis.layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// nil where the two do the same work in about the same time.
  private static func row(_ a: Subject, _ left: Int?, _ b: Subject, _ right: Int?, _ isTimed: Bool)
    -> [Quantity]?
  {
    let one = left.map { a.analysis.layers[$0] }
    let other = right.map { b.analysis.layers[$0] }
    let before = left.flatMap { a.milliseconds(of: $0) }
    let after = right.flatMap { b.milliseconds(of: $0) }
    let timeRatio = before.flatMap { before in after.flatMap { before > 0 ? $0 / before : nil } }
    let timeDiffers = isTimed && timeRatio.map { $0 > 1.1 || $0 < 1 / 1.1 } ?? false
    guard let name = one?.shortName ?? other?.shortName else { return nil }
    guard one == nil || other == nil || one?.macs != other?.macs || timeDiffers else { return nil }
    func macs(_ layer: Layer?) -> Quantity { layer.map { .macs($0.macs) } ?? .remark("not there") }
    let macRatio = ratio(one?.macs.map(Double.init), other?.macs.map(Double.init))
    let row: [Quantity] = [.name(name), macs(one), macs(other), .ratio(macRatio)]
    return isTimed ? row + [.milliseconds(before), .milliseconds(after), .ratio(timeRatio)] : row
  }

  private static func ratio(_ a: Double?, _ b: Double?) -> Double? {
    guard let a, let b, a > 0 else { return nil }
    return b / a
  }

  /// For feature maps over one or more spatial axes; nil where the networks share fewer than two extents.
  private static func byResolution(_ comparison: ComparisonSubject) -> Table? {
    let groups = comparison.subjects.map(resolutions)
    var order: [String] = []
    for group in groups { for entry in group where !order.contains(entry.name) { order.append(entry.name) } }
    let shared = order.filter { name in groups.allSatisfy { $0.contains { $0.name == name } } }
    guard shared.count > 1, order.count <= 40 else { return nil }
    let isTimed = comparison.subjects.allSatisfy {
      comparison.hasComparableTimes(comparison.first, $0) && $0.layerSum != nil
    }
    var columns: [Column] = [.text("Extent")]
    for label in comparison.labels {
      columns += [Column("Layers, \(label)", priority: 2), Column("MACs, \(label)")]
      if isTimed { columns += [Column("ms, \(label)"), Column("GFLOP/s, \(label)", priority: 1)] }
    }
    let rows = order.map { name -> [Quantity] in
      [.text(name)]
        + zip(groups, comparison.subjects).flatMap { group, subject in
          cells(group.first { $0.name == name }?.layers ?? [], subject, isTimed)
        }
    }
    return Table("MACs and time by the extent of what layers produce", columns: columns, rows: rows)
  }

  private static func cells(_ layers: [Int], _ subject: Subject, _ isTimed: Bool) -> [Quantity] {
    guard !layers.isEmpty else { return [Quantity](repeating: .remark("none"), count: isTimed ? 4 : 2) }
    let cost = GroupCost(layers, of: subject)
    let counted: [Quantity] = [
      .count(cost.layerCount), .macs(cost.macs.value).atLeast(if: cost.macs.isPartial),
    ]
    return isTimed
      ? counted + [.milliseconds(cost.milliseconds), .number(cost.gigaflops, unit: "GFLOP/s")] : counted
  }

  private static func resolutions(_ subject: Subject) -> [(name: String, layers: [Int])] {
    var groups: [(name: String, layers: [Int])] = []
    for (index, layer) in subject.analysis.layers.enumerated() {
      let extents = layer.outputs.first?.type.tensor?.shape?.known ?? []
      let name =
        extents.count > 2 ? extents.dropFirst(2).map(String.init).joined(separator: "×") : "no spatial axis"
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].layers.append(index)
      } else {
        groups.append((name, [index]))
      }
    }
    return groups
  }
}
