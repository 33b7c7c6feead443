package import Checking

extension Report {
  /// What a check found, one part for each network: what must be looked at first, the rest folded where the medium can.
  package init(_ checks: [NetworkCheck]) {
    let exceeded = checks.filter(\.isExceeded).count
    let networks = Numbers.plural(checks.count, "network")
    title =
      if exceeded > 0 {
        checks.count == 1 ? "Check: over the limit" : "Check: \(exceeded) of \(networks) over the limit"
      } else if checks.contains(where: { $0.obstacle != nil }) {
        "Check: not comparable"
      } else {
        "Check: \(networks) within the limits"
      }
    subtitle = "Budget and baseline"
    parts = checks.map { Part(title: $0.network.name, blocks: CheckBlocks($0).all) }
  }
}

/// The blocks of one network's check.
struct CheckBlocks {
  /// More rows than this are counted, not listed: comments have a limit and readers too.
  static let rowLimit = 40

  let check: NetworkCheck

  init(_ check: NetworkCheck) { self.check = check }

  var all: [Block] {
    var blocks: [Block] = [.list(remarks)]
    let rows = check.judgements.filter { $0.verdict != .passed }.sorted { urgency($0) < urgency($1) }
    if !rows.isEmpty { blocks.append(.table(table(Array(rows.prefix(Self.rowLimit)), ""))) }
    if rows.count > Self.rowLimit { blocks.append(more(rows.count - Self.rowLimit, "figure")) }
    blocks += layerBlocks
    let passed = check.judgements.filter { $0.verdict == .passed }
    if !passed.isEmpty {
      var folded: [Block] = [.table(table(Array(passed.prefix(Self.rowLimit)), ""))]
      if passed.count > Self.rowLimit { folded.append(more(passed.count - Self.rowLimit, "figure")) }
      blocks.append(.details(title: "\(Numbers.plural(passed.count, "figure")) within the limits", folded))
    }
    return blocks
  }

  private func more(_ count: Int, _ noun: String) -> Block {
    .paragraph(Prose("… and \(Numbers.plural(count, noun)) more."))
  }

  private func urgency(_ judgement: Judgement) -> Int {
    switch (judgement.verdict, judgement.severity) {
    case (.exceeded, .error): 0
    case (.exceeded, .warning): 1
    case (.unknown, _): 2
    default: 3
    }
  }

  private var remarks: [Remark] {
    var remarks: [Remark] = []
    let errors = check.count(.exceeded, .error)
    let warnings = check.count(.exceeded, .warning)
    if errors > 0 { remarks.append(Remark(.caution, Prose("\(Numbers.plural(errors, "limit")) exceeded."))) }
    if warnings > 0 { remarks.append(Remark(.caution, Prose("\(Numbers.plural(warnings, "warning"))."))) }
    if let measured = check.measured { remarks.append(MeasuredText.remark(measured)) }
    if let obstacle = check.obstacle { remarks.append(Remark(.caution, ObstacleText.prose(obstacle))) }
    if errors == 0, warnings == 0, check.obstacle == nil {
      remarks.append(Remark(.good, "Nothing is over its limit."))
    }
    if check.judgements.contains(where: { $0.verdict == .improved }) {
      remarks.append(
        Remark(.good, "Better than the baseline: keep it so with --update-baseline."))
    }
    if check.network.isPartial {
      let names = check.network.uncounted.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      remarks.append(
        Remark(
          .caution,
          "Totals are lower bounds, not counted: \(name: names.joined(separator: ", "))."))
    }
    for limit in check.unmatched {
      remarks.append(
        Remark(
          .caution,
          "Line \(Numbers.grouped(limit.line)) of the budget limits nothing: no layer is called \(name: limit.layers?.text ?? "")."
        ))
    }
    return remarks
  }

  /// No line begins with a name from the file: what reads logs might take it for a command.
  private func table(_ rows: [Judgement], _ caption: String) -> Table {
    let hasLayers = rows.contains { $0.layer != nil }
    let hasBaseline = rows.contains { $0.before != nil }
    var columns: [Column] = [.text(""), .text("Figure")]
    if hasLayers { columns.append(.text("Layer")) }
    if hasBaseline { columns.append(Column("Baseline")) }
    columns.append(Column("Now"))
    if hasBaseline { columns.append(Column("Change")) }
    columns += [.text("Limit"), .text("Verdict", priority: 2)]
    return Table(
      caption, columns: columns,
      rows: rows.map { row in
        var cells: [Quantity] = [.text(FigureText.mark(row)), .text(row.figure)]
        if hasLayers { cells.append(row.layer.map { .name($0) } ?? .text("")) }
        if hasBaseline { cells.append(.text(row.before.map { FigureText.value($0, row.unit) } ?? "")) }
        cells.append(.text(FigureText.value(row.after, row.unit, isLowerBound: row.isLowerBound)))
        if hasBaseline { cells.append(.text(FigureText.change(from: row.before, to: row.after, row.unit))) }
        cells.append(.text(FigureText.rule(row)))
        cells.append(.text(FigureText.verdict(row)))
        return cells
      })
  }

  private var layerBlocks: [Block] {
    guard let changes = check.changes else { return [] }
    var blocks: [Block] = []
    if changes.isEmpty {
      if changes.renamed > 0 {
        blocks.append(
          .paragraph(
            Prose("No layer differs from the baseline; \(Numbers.grouped(changes.renamed)) have other names.")
          ))
      }
    } else {
      let rows = changes.layers.prefix(Self.rowLimit).map { change -> [Quantity] in
        [
          .text(change.kind.rawValue), .name(change.name), .name(LayerChangeText.what(change)),
          .text(LayerChangeText.difference(change, in: "macs")),
          .text(LayerChangeText.difference(change, in: "parameters.learnable")),
        ]
      }
      blocks.append(
        .table(
          Table(
            LayerChangeText.summary(changes) + " since the baseline",
            columns: [
              .text("Layer is"), .text("Layer"), .text("What"), Column("MACs", priority: 1),
              Column("Parameters", priority: 1),
            ], rows: rows)))
      if changes.layers.count > rows.count { blocks.append(more(changes.layers.count - rows.count, "layer")) }
    }
    if changes.affected > 0 {
      blocks.append(
        .paragraph(
          Prose(
            "\(Numbers.plural(changes.affected, "layer")) that did not change themselves see another part of the input or run while more or less memory is in use."
          )))
    }
    return blocks
  }
}

/// Why a baseline says nothing of a network.
package enum ObstacleText {
  static func prose(_ obstacle: ComparisonObstacle) -> Prose {
    switch obstacle {
    case .notInBaseline(let known):
      known.isEmpty
        ? "The baseline holds no network; add this one with --update-baseline."
        : "The baseline does not hold this network, only \(name: known.prefix(8).joined(separator: ", ")); add it with --update-baseline."
    case .otherBinding(let symbol, let before, let after):
      "The baseline was taken with \(name: symbol) = \(before.map(String.init) ?? "nothing"), this run has \(after.map(String.init) ?? "nothing")."
    case .missingFigure(let figure):
      "The baseline holds no \(figure), which is to be compared; renew it with --update-baseline."
    case .notMeasured:
      "The baseline holds no measured time of this network; add it with --update-baseline --measure."
    case .otherConditions(let differences):
      "The baseline's time is of another setting: \(name: differences.joined(separator: "; ")). Measure a baseline of its own here, or compare multiples of the calibration load with --calibrated."
    case .unknownFigure(let figure): "The baseline does not know \(figure), which is to be compared."
    }
  }

  package static func sentence(_ obstacle: ComparisonObstacle) -> String { prose(obstacle).plain }
}
