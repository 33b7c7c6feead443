internal import Analysis
internal import Network
internal import Profiling

/// Every layer on one row, what is counted and what was measured side by side.
package struct LayersSection: Section {
  package let title = "Layers"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    guard !subject.analysis.layers.isEmpty else { return nil }
    var blocks: [Block] = []
    if let hottest = Self.hottest(subject) { blocks.append(.table(hottest)) }
    blocks.append(.details(title: Self.caption(subject), [.table(Self.table(subject))]))
    self.blocks = blocks
  }

  private static func caption(_ subject: Subject) -> String {
    let count = Numbers.plural(subject.analysis.layers.count, "layer")
    guard let reference = subject.reference, subject.layerSum != nil else { return "All \(count)" }
    let threads = Numbers.plural(reference.threads, "thread")
    guard let batch = subject.batch, batch != reference.batch else {
      return "All \(count), counted and measured at batch \(reference.batch) on \(threads)"
    }
    return "All \(count), counted at batch \(batch), measured at batch \(reference.batch) on \(threads)"
  }

  /// More rows than this make a page that browsers are slow to show.
  private static let rowLimit = 5000

  package static func table(_ subject: Subject) -> Table {
    let isMeasured = subject.layerSum != nil
    var columns = [
      Column("#", priority: 3), .text("Layer"), .text("Operators", priority: 2), .text("Detail", priority: 1),
      .text("Output", priority: 1), Column("Parameters"), Column("MACs"), Column("Bytes moved", priority: 1),
      Column("Intensity", unit: "op/B", priority: 2),
    ]
    if isMeasured {
      columns += [
        Column("Time", unit: "ms"), Column("of time", hasBar: true), Column("GFLOP/s"),
        .text("Bound", priority: 2),
      ]
    }
    let rows = subject.analysis.layers.indices.prefix(rowLimit).map { index in
      counted(index, subject) + (isMeasured ? measured(index, subject) : [])
    }
    let count = subject.analysis.layers.count
    let caption =
      count > rowLimit
      ? "The first \(Numbers.grouped(rowLimit)) of \(Numbers.grouped(count)) layers; JSON and CSV hold all"
      : "Layers of \(subject.name)"
    return Table(
      caption, columns: columns, rows: rows, total: total(subject, isMeasured),
      isSortable: true)
  }

  private static func counted(_ index: Int, _ subject: Subject) -> [Quantity] {
    let layer = subject.analysis.layers[index]
    return [
      .count(index + 1), .name(layer.shortName), .text(layer.operators.joined(separator: " + ")),
      .text(layer.detail),
      .text(layer.outputs.first?.type.extents ?? ""), .count(layer.parameters.learnable), .macs(layer.macs),
      .bytes(layer.bytesMoved), .number(layer.arithmeticIntensity, unit: "operations per byte"),
    ]
  }

  private static func measured(_ index: Int, _ subject: Subject) -> [Quantity] {
    switch subject.times[index] {
    case nil: return [.unknown, .unknown, .unknown, .unknown]
    case .within(let leader)?:
      return [.remark("in \(leader + 1)"), .remark(""), .remark(""), .remark("")]
    case .measured(let time)?:
      return [
        .milliseconds(time.milliseconds), .share(subject.layerSum.map { time.milliseconds / $0 }),
        .number(time.gigaflops, unit: "GFLOP/s"),
        subject.bound(of: index).map { .text($0.rawValue) } ?? .unknown,
      ]
    }
  }

  private static func total(_ subject: Subject, _ isMeasured: Bool) -> [Quantity] {
    let totals = subject.analysis.totals
    let counted: [Quantity] = [
      .text(""), .text("Total"), .text(""), .text(""), .text(""), .count(totals.parameters.learnable),
      .macs(totals.macs).atLeast(if: subject.isPartial),
      .bytes(totals.bytesMoved).atLeast(if: subject.isPartial),
      .text(""),
    ]
    guard isMeasured else { return counted }
    return counted + [
      .milliseconds(subject.layerSum), .text(""),
      .number(subject.reference?.gigaflopsPerSecond, unit: "GFLOP/s"),
      .text(""),
    ]
  }

  /// The layers that take most of the time; nil where nothing was measured or all fit in the full table anyway.
  private static func hottest(_ subject: Subject) -> Table? {
    guard let sum = subject.layerSum, subject.analysis.layers.count > 12 else { return nil }
    let layers = subject.analysis.layers.indices
      .compactMap { index in subject.times[index]?.measured.map { (index, $0) } }
      .sorted { $0.1.milliseconds > $1.1.milliseconds }
    var cumulated = 0.0
    let rows = layers.prefix(8).map { index, time -> [Quantity] in
      cumulated += time.milliseconds
      let layer = subject.analysis.layers[index]
      return [
        .name(layer.shortName), .text(subject.kinds[index].name), .milliseconds(time.milliseconds),
        .share(time.milliseconds / sum), .share(cumulated / sum), .number(time.gigaflops, unit: "GFLOP/s"),
        .share(time.gigaflops.flatMap { rate in subject.roof.map { rate / $0.gigaflops } }),
        subject.bound(of: index).map { .text($0.rawValue) } ?? .unknown,
      ]
    }
    return Table(
      "The layers that take longest",
      columns: [
        .text("Layer"), .text("Kind", priority: 1), Column("Time", unit: "ms"),
        Column("Share of time", hasBar: true),
        Column("Cumulated", priority: 2), Column("GFLOP/s"), Column("Of peak", priority: 1),
        .text("Bound", priority: 2),
      ], rows: rows)
  }
}
