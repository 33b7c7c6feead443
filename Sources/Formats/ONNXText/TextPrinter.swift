package import Network

/// Writes a network as ONNX text that `onnx.parser` and this package read. What the text cannot hold becomes a comment.
package struct ONNXTextPrinter {
  package struct Options: Sendable {
    /// Tensors with more elements are written without their data, or with the external file that holds it.
    package var inlineElements = 256
    package init() {}
  }

  let network: Network
  let options: Options
  private(set) var text = ""
  private var indentation = 0

  package static func text(of network: Network, options: Options = Options()) -> String {
    var printer = ONNXTextPrinter(network: network, options: options)
    printer.model()
    return printer.text
  }

  private init(network: Network, options: Options) {
    self.network = network
    self.options = options
  }

  private mutating func model() {
    for finding in network.findings {
      if case .ignored(let part) = finding.kind { comment("left out: \(part)") }
    }
    let attached = network.graph.nodes.count { !$0.metadata.isEmpty }
    if attached > 0 { comment("left out: metadata of \(attached) nodes") }
    var entries = [
      "ir_version: \(network.formatVersion)", "opset_import: \(Self.list(network.operatorSets))",
    ]
    if !network.producer.isEmpty { entries.append("producer_name: \(Self.quoted(network.producer))") }
    if !network.metadata.isEmpty {
      let pairs = network.metadata.map { "\(Self.quoted($0.key)): \(Self.quoted($0.value))" }
      entries.append("metadata_props: [\(pairs.joined(separator: ", "))]")
    }
    line("<")
    indented { $0.lines(entries) }
    line(">")
    graph(network.graph, name: Self.name(network.graph.name))
    for function in network.functions { self.function(function) }
  }

  private static func list(_ operatorSets: [String: Int]) -> String {
    let entries = operatorSets.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \($0.value)" }
    return "[\(entries.joined(separator: ", "))]"
  }

  /// Writes a graph after whatever stands on the current line.
  mutating func graph(_ graph: Graph, name: String) {
    let inputs = graph.inputs.map { declaration(graph[$0]) }
    let outputs = graph.outputs.map { declaration(graph[$0]) }
    line("\(name) (\(inputs.joined(separator: ", "))) => (\(outputs.joined(separator: ", ")))")
    values(of: graph)
    nodes(of: graph)
  }

  /// Initializers, and the types of values that have one and stand neither among inputs nor outputs.
  private mutating func values(of graph: Graph) {
    let outputs = Set(graph.outputs)
    var entries: [String] = []
    for id in graph.valueIDs {
      let value = graph[id]
      switch value.origin {
      case .initializer(let tensor):
        entries.append("\(Self.type(of: tensor)) \(Self.name(value.name)) = \(data(of: tensor))")
      case .node where value.declared != nil && !outputs.contains(id): entries.append(declaration(value))
      default: break
      }
    }
    if entries.isEmpty { return }
    line("<")
    indented { $0.lines(entries) }
    line(">")
  }

  private mutating func nodes(of graph: Graph) {
    line("{")
    indented { printer in
      for node in graph.nodes { printer.node(node, in: graph) }
    }
    line("}")
  }

  private mutating func function(_ function: Function) {
    var keys = [
      "opset_import: \(Self.list(function.operatorSets))", "domain: \(Self.quoted(function.domain))",
    ]
    if !function.overload.isEmpty { keys.append("overload: \(Self.quoted(function.overload))") }
    line("<")
    indented { $0.lines(keys) }
    line(">")
    var attributes = function.attributeNames.map(Self.name)
    for attribute in function.attributeDefaults {
      if let text = simple(attribute) { attributes.append(text) } else { cannotHold(attribute) }
    }
    let parameters = attributes.isEmpty ? "" : " <\(attributes.joined(separator: ", "))>"
    graph(function.body, name: Self.name(function.name) + parameters)
  }

  private mutating func node(_ node: Node, in graph: Graph) {
    if node.operatorName != Self.identifier(node.operatorName) || node.domain != Self.dotted(node.domain) {
      comment("the next operator is \(Self.quoted(node.domain)) \(Self.quoted(node.operatorName))")
    }
    let held = node.attributes.filter { attribute in
      let isHeld = TextScanner.isIdentifier(attribute.name) && canHold(attribute.value)
      if !isHeld { cannotHold(attribute) }
      return isHeld
    }
    let label = node.name.isEmpty ? "" : "[\(Self.name(node.name))] "
    let domain = node.domain.isEmpty ? "" : Self.dotted(node.domain) + "."
    let overload = node.overload.isEmpty ? "" : ":" + Self.identifier(node.overload)
    write(
      "\(label)\(operands(node.outputs, graph)) = \(domain)\(Self.identifier(node.operatorName))\(overload)")
    if !held.isEmpty { attributes(held) }
    finish(" (\(operands(node.inputs, graph)))")
  }

  private mutating func attributes(_ attributes: [Attribute]) {
    write(" <")
    for (index, attribute) in attributes.enumerated() {
      if index > 0 { write(", ") }
      if case .graph(let inner) = attribute.value {
        finish("\(attribute.name) =")
        // A graph must not begin with a word that would be read as a type or a number, nor with a quote.
        indented { $0.graph(inner, name: Self.graphIdentifier(inner.name)) }
      } else if let text = simple(attribute) {
        write(text)
      }
    }
    write(">")
  }

  private func operands(_ ids: [ValueID?], _ graph: Graph) -> String {
    ids.map { $0.map { Self.name(graph[$0].name) } ?? "\"\"" }.joined(separator: ", ")
  }

  private func declaration(_ value: Value) -> String {
    let name = Self.name(value.name)
    return value.declared.flatMap(Self.text).map { "\($0) \(name)" } ?? name
  }

  private mutating func cannotHold(_ attribute: Attribute) {
    comment("left out of the next node: its attribute \(Self.quoted(attribute.name))")
  }

  private var isAtLineStart: Bool { text.isEmpty || text.utf8.last == UInt8(ascii: "\n") }

  private mutating func write(_ part: String) {
    if isAtLineStart { text += String(repeating: "  ", count: indentation) }
    text += part
  }

  private mutating func finish(_ part: String) {
    write(part)
    text += "\n"
  }

  private mutating func line(_ line: String) { finish(line) }

  private mutating func lines(_ entries: [String]) {
    for (index, entry) in entries.enumerated() { line(index + 1 < entries.count ? entry + "," : entry) }
  }

  private mutating func comment(_ text: String) {
    line("# " + text.map { $0.isNewline ? " " : $0 })
  }

  private mutating func indented(_ body: (inout ONNXTextPrinter) -> Void) {
    indentation += 1
    body(&self)
    indentation -= 1
  }
}
