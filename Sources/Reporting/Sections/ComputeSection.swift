internal import Analysis

/// MACs, FLOPs and operations, and what is counted as which.
package struct ComputeSection: Section {
  package let title = "Compute"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let totals = subject.analysis.totals
    var rows = [Self.row("MACs", .macs(totals.macs), Convention.macs.sentence, subject)]
    if totals.integerMACs > 0 {
      rows.append(Self.row("of them integer", .macs(totals.integerMACs), "Not counted as FLOPs.", subject))
    }
    rows += [
      Self.row("FLOPs", .flops(totals.flops), Convention.flops.sentence, subject),
      Self.row(
        "Elementwise operations", .operations(totals.elementwiseOperations),
        Convention.elementwiseOperations.sentence,
        subject),
      Self.row("Operations", .operations(totals.operations), Convention.operations.sentence, subject),
      Self.row("Bytes moved", .bytes(totals.bytesMoved), Convention.bytesMoved.sentence, subject),
    ]
    if let bytes = totals.bytesMoved, bytes > 0 {
      rows.append([
        .text("Arithmetic intensity"),
        .text("\(Numbers.significant(Double(totals.operations) / Double(bytes))) op/B"), .text(""),
        .text(Convention.arithmeticIntensity.sentence),
      ])
    }
    blocks = [
      .table(
        Table(
          subject.isPartial
            ? "Work of one run; lower bounds, as not every operator is counted" : "Work of one run",
          columns: [
            .text("Figure"), Column("Count"), Column("Rounded", priority: 1),
            .text("Convention", priority: 2),
          ],
          rows: rows))
    ]
  }

  /// The count is the point of this table: no digit is left out, whatever the renderer.
  private static func row(_ label: String, _ value: Quantity, _ convention: String, _ subject: Subject)
    -> [Quantity]
  {
    let exact: Quantity =
      switch value {
      case .macs(let count), .operations(let count), .flops(let count), .bytes(let count):
        .text(Numbers.grouped(count))
      default: value
      }
    return [
      .text(label), exact.atLeast(if: subject.isPartial),
      value == .unknown ? .unknown : .text(value.labelled),
      .text(convention),
    ]
  }
}
