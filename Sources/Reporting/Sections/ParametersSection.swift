internal import Analysis
internal import Network

/// What is stored: parameters, buffers, constants, and the bytes they take by type.
package struct ParametersSection: Section {
  package let title = "Parameters and size"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let totals = subject.analysis.totals
    let network = subject.analysis.network
    var blocks: [Block] = [
      .figures([
        Figure("Learnable parameters", .count(totals.parameters.learnable), convention: .parameters),
        Figure("Buffers", .count(totals.parameters.buffers), convention: .buffers),
        Figure("Constants", .count(totals.parameters.constants), convention: .constants),
        Figure(
          "Stored weights", .bytes(totals.weightBytes),
          note: Prose(Quantity.bytes(totals.weightBytes).elaboration ?? ""),
          convention: .modelSize),
        Figure(
          "File", .bytes(network.fileBytes), note: Prose(Quantity.bytes(network.fileBytes).elaboration ?? "")),
      ])
    ]
    if !totals.weightBytesByType.isEmpty {
      blocks.append(
        .table(
          Table(
            "Stored weights by type",
            columns: [
              .text("Type"), Column("Bits", priority: 1), Column("Elements"), Column("MB"), Column("MiB"),
              Column("Share", hasBar: true),
            ],
            rows: totals.weightBytesByType.map { entry in
              [
                .text(entry.type.name), .count(entry.type.bits), .count(entry.elements),
                .number(Double(entry.bytes) / 1e6, unit: ""),
                .number(Double(entry.bytes) / 1_048_576, unit: ""),
                .share(totals.weightBytes > 0 ? Double(entry.bytes) / Double(totals.weightBytes) : nil),
              ]
            })))
    }
    if let largest = Self.largest(subject) { blocks.append(.paragraph(largest)) }
    self.blocks = blocks
  }

  private static func largest(_ subject: Subject) -> Prose? {
    let total = subject.analysis.totals.parameters.learnable
    guard subject.analysis.layers.count > 1, total > 0,
      let layer = subject.analysis.layers.max(by: { $0.parameters.learnable < $1.parameters.learnable }),
      layer.parameters.learnable > 0
    else { return nil }
    let share = Double(layer.parameters.learnable) / Double(total)
    return
      "The layer with most parameters is \(name: layer.shortName) (\(layer.operator), \(layer.detail)): \(layer.parameters.learnable), \(.share(share)) of all."
  }
}
