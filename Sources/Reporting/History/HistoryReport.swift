package import Checking

extension Report {
  /// The trend page: what moved and at which commit, then a chart for each figure that did and for each measured time.
  ///
  /// - Parameter extent: anything but `.full` is the list of moves alone.
  package init(_ history: History, file: String, extent: Extent = .full) {
    let runs = Array(history.runs.suffix(Trend.runLimit))
    let trends = Trend.all(of: runs)
    title = "History"
    subtitle = "\(Numbers.plural(history.runs.count, "run")) in \(Escaping.visible(file))"
    parts = [Part(title: "What moved", blocks: HistoryBlocks.overview(trends, runs, history))]
    guard case .full = extent else { return }
    var network: String?
    for trend in trends {
      if trend.network != network {
        network = trend.network
        parts.append(Part(title: trend.network, blocks: []))
      }
      parts[parts.count - 1].blocks += HistoryBlocks.charts(trend, runs)
    }
    for index in parts.indices.dropFirst() {
      let own = trends.filter { $0.network == parts[index].title }
      parts[index].blocks += HistoryBlocks.constants(own)
    }
  }
}

enum HistoryBlocks {
  /// More rows than this are counted, not listed.
  static let rowLimit = 200

  static func overview(_ trends: [Trend], _ runs: [HistoryRun], _ history: History) -> [Block] {
    var blocks: [Block] = []
    if history.isTorn {
      blocks.append(
        .paragraph(
          "The last line of the file is part of one: a run was stopped while it wrote. It is left out, and the next run takes it away."
        ))
    }
    if history.runs.count > runs.count {
      blocks.append(.paragraph("Only the latest \(runs.count) runs are looked at."))
    }
    let moves = trends.flatMap { trend in trend.changes.map { (trend, $0) } }
      .sorted { ($0.1.run, $0.0.network) > ($1.1.run, $1.0.network) }
    guard !moves.isEmpty else {
      return blocks + [.paragraph("No figure has moved over \(Numbers.plural(runs.count, "run")).")]
    }
    let rows = moves.prefix(rowLimit).map { trend, change -> [Quantity] in
      let run = runs[change.run]
      return [
        .text(mark(trend, change)), .name(TrendText.shortCommit(run.commit)), .name(run.time),
        .name(trend.network), .name(figure(trend.kind)),
        .text(TrendText.change(change, trend.kind).plain),
      ]
    }
    blocks.append(
      .paragraph(
        "A measured time moves where its level does, as far as its noise lets that be told; it is told as a multiple of what the calibration load takes on the same machine. Charts do not start at 0."
      ))
    blocks.append(
      .table(
        Table(
          "Every move, the latest first",
          columns: [
            .text(""), .text("Commit"), .text("Time", priority: 2), .text("Network"), .text("Figure"),
            .text("From and to"),
          ], rows: rows)))
    if moves.count > rows.count {
      blocks.append(.paragraph("… and \(moves.count - rows.count) moves before."))
    }
    return blocks
  }

  /// Charts of what moved, and of every measured time.
  static func charts(_ trend: Trend, _ runs: [HistoryRun]) -> [Block] {
    var blocks: [Block] = []
    if case .measured(let conditions) = trend.kind {
      if trend.points.count < 2 {
        blocks.append(.paragraph("Measured in one run so far, on \(name: conditions)."))
      } else {
        blocks.append(.paragraph("Measured on \(name: conditions)."))
      }
    } else if trend.changes.isEmpty {
      return []
    }
    if let chart = TrendChart(trend, runs) { blocks.append(.chart(chart)) }
    return blocks
  }

  /// Counted figures that stayed what they were.
  static func constants(_ trends: [Trend]) -> [Block] {
    let rows = trends.compactMap { trend -> [Quantity]? in
      guard case .counted(let figure) = trend.kind, trend.changes.isEmpty, let last = trend.points.last else {
        return nil
      }
      return [.name(figure), .text(TrendText.value(last.value, trend.kind)), .count(trend.points.count)]
    }
    guard !rows.isEmpty else { return [] }
    return [
      .details(
        title: "\(Numbers.plural(rows.count, "figure")) without a change",
        [
          .table(
            Table("", columns: [.text("Figure"), Column("Value"), Column("Runs")], rows: rows))
        ])
    ]
  }

  private static func figure(_ kind: Trend.Kind) -> String {
    switch kind {
    case .counted(let figure): figure
    case .measured: "measured time"
    }
  }

  /// Whether it got better or worse, where that is known.
  private static func mark(_ trend: Trend, _ change: Trend.Change) -> String {
    let worse: Direction? =
      switch trend.kind {
      case .counted(let figure): NetworkFigures.find(figure)?.worse
      case .measured: .up
      }
    guard let worse else { return "·" }
    return (change.after > change.before) == (worse == .up) ? "worse" : "better"
  }
}
