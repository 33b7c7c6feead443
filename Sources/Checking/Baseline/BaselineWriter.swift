/// Writes a baseline so that people can read its changes: keys in a fixed order, one figure a line, one layer a line, nothing that
/// differs between two runs on the same network.
package enum BaselineWriter {
  package static func text(of baseline: Baseline) -> String {
    var text = "{\n\"schema\": \(JSONText.quoted(Baseline.schema)),\n\"networks\": {"
    for (index, network) in baseline.networks.enumerated() {
      text += index > 0 ? ",\n" : "\n"
      append(network, to: &text)
    }
    return text + "\n}\n}\n"
  }

  private static func append(_ network: NetworkSnapshot, to text: inout String) {
    text += "\(JSONText.quoted(network.name)): {\n"
    text += "  \"bindings\": \(counts(network.bindings)),\n"
    text += "  \"inputs\": \(JSONText.line(JSONNode(strings(network.inputs)))),\n"
    text += "  \"uncounted\": \(counts(network.uncounted)),\n"
    if network.activationsAreLowerBounds { text += "  \"activationsAreLowerBounds\": true,\n" }
    text += "  \"figures\": {"
    var isFirst = true
    for figure in NetworkFigures.counted {
      guard let value = network.figures[figure.key], !isLeftOut(figure, value) else { continue }
      text += (isFirst ? "\n" : ",\n") + "    \(JSONText.quoted(figure.key)): "
      JSONText.append(node(value), to: &text)
      isFirst = false
    }
    text += "\n  },\n  \"layers\": ["
    for (index, layer) in network.layers.enumerated() {
      text += index > 0 ? ",\n    " : "\n    "
      JSONText.append(node(layer), to: &text)
    }
    text += "\n  ]"
    if let measured = network.measured {
      text += ",\n  \"measured\": "
      JSONText.append(measured, to: &text)
    }
    text += "\n}"
  }

  /// Sizes of types that the network does not use.
  private static func isLeftOut(_ figure: NetworkFigure, _ value: FigureValue) -> Bool {
    figure.key.hasPrefix("totals.modelSize.byType.") && value == .integer(0)
  }

  private static func counts(_ counts: [String: Int]) -> String {
    let members = counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { JSONNode.Member(key: $0.key, value: JSONNode(.integer($0.value))) }
    return JSONText.line(JSONNode(.object(members)))
  }

  private static func strings(_ texts: [String]) -> JSONNode.Content {
    .array(texts.map { JSONNode(.string($0)) })
  }

  /// Empty lists and figures that are as expected are left out.
  private static func node(_ layer: LayerSnapshot) -> JSONNode {
    var members = [
      JSONNode.Member(key: "name", value: JSONNode(.string(layer.name))),
      JSONNode.Member(key: "operators", value: JSONNode(strings(layer.operators))),
    ]
    func add(_ key: String, _ content: JSONNode.Content, unless isEmpty: Bool) {
      if !isEmpty { members.append(JSONNode.Member(key: key, value: JSONNode(content))) }
    }
    add("attributes", .string(layer.attributes), unless: layer.attributes.isEmpty)
    add("weights", strings(layer.weights), unless: layer.weights.isEmpty)
    add("outputs", strings(layer.outputs), unless: layer.outputs.isEmpty)
    add(
      "sources", .array(layer.sources.map { JSONNode(.integer($0)) }), unless: layer.sources.isEmpty)
    for (figure, value) in zip(LayerFigures.all, layer.figures) {
      add(figure.key, node(value).content, unless: value == figure.expected(layer))
    }
    return JSONNode(.object(members))
  }

  static func node(_ value: FigureValue) -> JSONNode {
    switch value {
    case .unknown: JSONNode(.null)
    case .integer(let value): JSONNode(.integer(value))
    case .number(let value): JSONNode(.number(value))
    case .flag(let value): JSONNode(.boolean(value))
    case .axes(let axes): JSONNode(.array(axes.map { JSONNode($0.map { .integer($0) } ?? .null) }))
    }
  }
}
