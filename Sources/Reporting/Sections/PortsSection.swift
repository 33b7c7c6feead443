internal import Analysis
internal import Network

/// What goes in and out, and which extents stand for the file's symbols.
package struct PortsSection: Section {
  package let title = "Inputs, outputs and bindings"
  package let blocks: [Block]

  package init?(_ subject: Subject) {
    let network = subject.analysis.network
    let ports = network.inputs.map { ("input", $0) } + network.outputs.map { ("output", $0) }
    guard !ports.isEmpty else { return nil }
    var blocks: [Block] = [
      .table(
        Table(
          "Inputs and outputs",
          columns: [
            .text("Name"), .text("Role"), .text("Type"), .text("Shape"), .text("Declared", priority: 2),
            Column("Size"),
          ],
          rows: ports.map { role, port in
            [
              .name(port.name), .text(role), .text(port.type.elementName), .text(port.type.extents),
              port.declared.map { .name(Self.declared($0)) } ?? .unknown, .bytes(port.type.byteCount),
            ]
          }))
    ]
    if !subject.analysis.bindings.isEmpty {
      blocks.append(
        .table(
          Table(
            "Extents put in place of symbols",
            columns: [.text("Symbol"), Column("Extent"), .text("Given by")],
            rows: subject.analysis.bindings.map {
              [.name($0.symbol), .count($0.value), .text($0.isDefault ? "default" : "the command")]
            })))
    }
    self.blocks = blocks
  }

  private static func declared(_ dimensions: [DeclaredDimension]) -> String {
    if dimensions.isEmpty { return "scalar" }
    return dimensions.map { dimension in
      switch dimension {
      case .fixed(let extent): String(extent)
      case .symbol(let name): name
      case .unknown: "?"
      }
    }.joined(separator: " × ")
  }
}

extension ValueType {
  var elementName: String {
    switch self {
    case .tensor(let type): type.element.name
    case .sparseTensor(let type): "sparse \(type.element.name)"
    case .sequence(let sequence): "sequence of \(sequence.element.elementName)"
    case .optional(let element): "optional \(element.elementName)"
    case .map(let key, let value): "map of \(key.name) to \(value.elementName)"
    case .opaque: "opaque"
    }
  }

  /// `1×64×112×112`, an unknown extent as `?`; of a sequence `2 of 1×64, 1 of 1×32`.
  var extents: String {
    if case .sequence(let sequence) = self {
      guard let runs = sequence.runs, !runs.isEmpty else {
        return sequence.length.map { "\($0) elements" } ?? "unknown"
      }
      // More than a few are no longer read one by one.
      guard runs.count <= 3 else { return "\(sequence.length.map(String.init) ?? "?") elements" }
      return runs.map { "\($0.count) of \($0.type.extents)" }.joined(separator: ", ")
    }
    guard let shape = tensor?.shape else { return "unknown" }
    if shape.dimensions.isEmpty { return "scalar" }
    return shape.dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: "×")
  }
}
