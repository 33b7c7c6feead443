internal import Analysis
internal import Profiling

/// The key figures side by side, each with how many times the first network's it is.
package struct FiguresSection: ComparisonSection {
  package let title = "Figures side by side"
  package let blocks: [Block]

  package init?(_ comparison: ComparisonSubject) {
    var columns: [Column] = [.text("Figure")]
    for (index, label) in comparison.labels.enumerated() {
      columns.append(Column(label))
      if index > 0 { columns.append(Column(comparison.subjects.count == 2 ? "ratio" : "to the first")) }
    }
    blocks = [
      .table(
        Table(
          "Each ratio is against \(comparison.labels[0]): × as much, or ÷ for that much less",
          columns: columns,
          rows: ComparedFigure.all.compactMap { Self.row($0, comparison) }))
    ]
  }

  /// nil where no network has the figure.
  private static func row(_ figure: ComparedFigure, _ comparison: ComparisonSubject) -> [Quantity]? {
    let values = comparison.subjects.map(figure.value)
    guard values.contains(where: { $0 != .unknown }) else { return nil }
    var row: [Quantity] = [.text(figure.label)]
    for (index, value) in values.enumerated() {
      row.append(value == .unknown ? .unknown : .text(value.labelled))
      if index > 0 { row.append(factor(figure.ratio(of: comparison.subjects[index], in: comparison))) }
    }
    return row
  }

  /// `1.25×` as much, or `÷ 13.6`, which is easier to read than `0.0735×`.
  private static func factor(_ ratio: Double?) -> Quantity {
    guard let ratio else { return .unknown }
    return ratio > 0 && ratio < 0.9995 ? .text("÷ \(Numbers.significant(1 / ratio))") : .ratio(ratio)
  }
}

/// One row of the comparison.
struct ComparedFigure: Sendable {
  /// The key in JSON.
  var key: String
  var label: String
  /// Whether it is measured, so that only runs under the same conditions compare.
  var needsSameConditions: Bool
  var value: @Sendable (Subject) -> Quantity

  init(
    _ key: String, _ label: String, needsSameConditions: Bool = false,
    value: @escaping @Sendable (Subject) -> Quantity
  ) {
    self.key = key
    self.label = label
    self.needsSameConditions = needsSameConditions
    self.value = value
  }

  /// How many times the first network's it is; nil where the two may not be compared.
  func ratio(of subject: Subject, in comparison: ComparisonSubject) -> Double? {
    if needsSameConditions, !comparison.hasComparableTimes(comparison.first, subject) { return nil }
    guard let first = value(comparison.first).magnitude, let other = value(subject).magnitude, first > 0
    else {
      return nil
    }
    return other / first
  }

  static let all: [ComparedFigure] = [
    ComparedFigure("parameters", "Parameters") { .count($0.analysis.totals.parameters.learnable) },
    ComparedFigure("weightBytes", "Model size") { .bytes($0.analysis.totals.weightBytes) },
    ComparedFigure("macs", "MACs") { .macs($0.analysis.totals.macs).atLeast(if: $0.isPartial) },
    ComparedFigure("flops", "FLOPs") {
      .flops($0.analysis.totals.flops).atLeast(if: $0.isPartial)
    },
    ComparedFigure("bytesMoved", "Bytes moved") {
      .bytes($0.analysis.totals.bytesMoved).atLeast(if: $0.isPartial)
    },
    ComparedFigure("arithmeticIntensity", "Arithmetic intensity") { subject in
      let totals = subject.analysis.totals
      guard let bytes = totals.bytesMoved, bytes > 0 else { return .unknown }
      return .number(Double(totals.operations) / Double(bytes), unit: "op/B")
    },
    ComparedFigure("activationsTotal", "Activations, total") {
      let activations = $0.analysis.totals.activations
      return .bytes(activations.total?.bytes).atLeast(if: activations.isLowerBound)
    },
    ComparedFigure("peakLiveness", "Peak activations") {
      let activations = $0.analysis.totals.activations
      return .bytes(activations.peakLiveness?.extent.bytes).atLeast(if: activations.isLowerBound)
    },
    ComparedFigure("peakArena", "Planned arena") { .bytes($0.arena?.bytes) },
    ComparedFigure("layers", "Layers") { .count($0.analysis.layers.count) },
    ComparedFigure("receptiveField", "Receptive field") {
      .count($0.analysis.totals.receptiveField?.axes.first?.size)
    },
    ComparedFigure("latencyMilliseconds", "Latency, median", needsSameConditions: true) {
      .milliseconds($0.reference?.latency.p50)
    },
    ComparedFigure("throughputPerSecond", "Throughput", needsSameConditions: true) {
      .number($0.reference?.throughputPerSecond, unit: "per s")
    },
    ComparedFigure("bestThroughputPerSecond", "Best throughput of all batches", needsSameConditions: true) {
      .number($0.profile?.batches.map(\.throughputPerSecond).max(), unit: "per s")
    },
    ComparedFigure("gigaflopsPerSecond", "Achieved", needsSameConditions: true) {
      .number($0.reference?.gigaflopsPerSecond, unit: "GFLOP/s")
    },
    ComparedFigure("shareOfPeak", "of the machine's peak", needsSameConditions: true) { subject in
      .share(
        subject.reference?.gigaflopsPerSecond.flatMap { rate in subject.roof.map { rate / $0.gigaflops } })
    },
    ComparedFigure("peakMemoryBytes", "Peak memory of the process", needsSameConditions: true) {
      .bytes($0.reference?.peakMemoryBytes)
    },
  ]
}
