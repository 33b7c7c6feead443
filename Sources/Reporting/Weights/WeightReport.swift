package import Analysis
internal import Network

extension Report {
  /// The report on a file of weights; figures that only a graph can tell are shown as unknown.
  package init(_ weights: WeightAnalysis, extent: Extent = .full) {
    let file = weights.file.path.split(separator: "/").last.map(String.init) ?? weights.file.path
    self.init(title: file, subtitle: "Static analysis of stored weights", parts: [])
    parts = [
      Part(title: "Summary", blocks: WeightSummary.blocks(weights)),
      Part(title: "Completeness and findings", blocks: [.list(WeightSummary.remarks(weights))]),
      Part(title: "Size by type", blocks: [.table(WeightTables.types(weights))]),
    ]
    if weights.modules.count > 1 {
      parts.append(Part(title: "Size by module", blocks: [.table(WeightTables.modules(weights))]))
    }
    if extent == .brief { return }
    parts.append(Part(title: "Tensors", blocks: [.table(WeightTables.tensors(weights))]))
    if extent == .full, !weights.file.metadata.isEmpty {
      parts.append(Part(title: "Metadata", blocks: [.table(WeightTables.metadata(weights))]))
    }
  }
}

/// The key numbers of a file of weights, and what it cannot tell.
enum WeightSummary {
  static func blocks(_ weights: WeightAnalysis) -> [Block] {
    [.paragraph(opening(weights)), .figures(figures(weights))]
  }

  private static func opening(_ weights: WeightAnalysis) -> Prose {
    let file = weights.file
    var prose: Prose =
      "\(name: file.path.split(separator: "/").last.map(String.init) ?? file.path) holds \(Numbers.plural(file.tensors.count, "tensor")) in \(file.format)"
    if let version = file.formatVersion { prose = prose + " version \(version)" }
    if let architecture = file.metadata.first(where: { $0.key == "general.architecture" }) {
      prose = prose + ", architecture \(name: architecture.value)"
    }
    return prose + "."
  }

  private static func figures(_ weights: WeightAnalysis) -> [Figure] {
    let bytes = Quantity.bytes(weights.bytes)
    let bits = weights.elements > 0 ? 8 * Double(weights.bytes) / Double(weights.elements) : nil
    return [
      Figure(
        "Parameters", .count(weights.parameters.learnable), note: note(on: weights.parameters),
        convention: .parameters),
      Figure("Model size", bytes, note: Prose(bytes.elaboration ?? ""), convention: .modelSize),
      Figure("Bits per element", .number(bits, unit: "")),
      Figure("MACs", .unknown, note: "not in the file", convention: .macs),
      Figure("FLOPs", .unknown, note: "not in the file", convention: .flops),
      Figure("Peak activations", .unknown, note: "not in the file", convention: .peakLiveness),
    ]
  }

  private static func note(on parameters: ParameterCounts) -> Prose {
    var parts: [Prose] = []
    if parameters.buffers > 0 { parts.append("\(parameters.buffers) buffer elements") }
    if parameters.constants > 0 { parts.append("\(parameters.constants) integers") }
    return parts.isEmpty ? "" : "and " + Prose.joined(parts, separator: ", ")
  }

  static func remarks(_ weights: WeightAnalysis) -> [Remark] {
    var remarks = [
      Remark(
        .caution,
        "\(strong: "Weights only"): the file holds no graph, so MACs, FLOPs, bytes moved, activations and receptive field cannot be told from it."
      )
    ]
    if weights.parameters.constants > 0 {
      remarks.append(
        Remark(
          .caution,
          "\(weights.parameters.constants) elements are integers of more than a byte, which are not counted as parameters; if smaller numbers are packed in them, the network has more parameters than this."
        ))
    }
    return remarks + weights.file.findings.map { Remark(.caution, $0.message) }
  }
}

/// The tables of a report on weights.
enum WeightTables {
  private static let rowLimit = 5000

  static func types(_ weights: WeightAnalysis) -> Table {
    let bits = Dictionary(
      weights.file.tensors.map { ($0.type.name, $0.type.bitsPerElement) },
      uniquingKeysWith: { first, _ in first })
    return Table(
      "Stored weights by type",
      columns: [
        .text("Type"), Column("Bits", priority: 1), Column("Tensors"), Column("Elements"), Column("Bytes"),
        Column("Share", hasBar: true),
      ],
      rows: weights.types.map { share in
        [
          .name(share.name), .number(bits[share.name], unit: ""), .count(share.tensors),
          .count(share.elements),
          .bytes(share.bytes), part(share, weights),
        ]
      })
  }

  static func modules(_ weights: WeightAnalysis) -> Table {
    Table(
      "Stored weights by module",
      columns: [
        .text("Module"), Column("Tensors"), Column("Elements"), Column("Bytes"),
        Column("Share", hasBar: true),
      ],
      rows: weights.modules.prefix(rowLimit).map { share in
        [
          share.name.isEmpty ? .remark("(none)") : .name(share.name), .count(share.tensors),
          .count(share.elements), .bytes(share.bytes), part(share, weights),
        ]
      })
  }

  private static func part(_ share: WeightAnalysis.Share, _ weights: WeightAnalysis) -> Quantity {
    .share(weights.bytes > 0 ? Double(share.bytes) / Double(weights.bytes) : nil)
  }

  static func tensors(_ weights: WeightAnalysis) -> Table {
    let tensors = weights.file.tensors
    let caption =
      tensors.count > rowLimit
      ? "The first \(Numbers.grouped(rowLimit)) of \(Numbers.grouped(tensors.count)) tensors; JSON and CSV hold all"
      : "Stored tensors"
    return Table(
      caption,
      columns: [
        Column("#", priority: 2), .text("Tensor"), .text("Type"), .text("Shape"), Column("Elements"),
        Column("Bytes"),
      ],
      rows: tensors.prefix(rowLimit).enumerated().map { index, tensor in
        [
          .count(index + 1), .name(tensor.name), .text(tensor.type.name), .text(extents(tensor)),
          .count(tensor.elements), .bytes(tensor.bytes),
        ]
      },
      total: [
        .text(""), .text("Total"), .text(""), .text(""), .count(weights.elements), .bytes(weights.bytes),
      ], isSortable: true)
  }

  /// `4096×128`, or `scalar`.
  static func extents(_ tensor: StoredTensor) -> String {
    tensor.dimensions.isEmpty ? "scalar" : tensor.dimensions.map(String.init).joined(separator: "×")
  }

  static func metadata(_ weights: WeightAnalysis) -> Table {
    Table(
      "What the file says of itself", columns: [.text("Key"), .text("Value")],
      rows: weights.file.metadata.prefix(rowLimit).map {
        [.name($0.key), .name(String($0.value.prefix(200)))]
      })
  }
}
