internal import Analysis
internal import Network

/// Attributes of a layer's nodes as words, sorted by name. Those that say what their default says are left out, since some
/// exporters write them and some do not.
enum AttributeText {
  static func of(_ nodes: [NodeID], in inferred: InferredGraph) -> String {
    nodes.map { of(inferred.graph[$0]) }.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func of(_ node: Node) -> String {
    node.attributes.filter { !isDefault($0, of: node.operatorName) }.sorted { $0.name < $1.name }
      .map { "\($0.name)=\(text($0.value))" }.joined(separator: " ")
  }

  /// ONNX's defaults where exporters are known to write them out; the extent of a convolution's kernel is that of its weights.
  private static func isDefault(_ attribute: Attribute, of name: String) -> Bool {
    switch (attribute.name, attribute.value) {
    case ("kernel_shape", _): name.contains("Conv")
    case ("momentum", _): name == "BatchNormalization"
    case ("dilations", .integers(let values)), ("strides", .integers(let values)):
      values.allSatisfy { $0 == 1 }
    case ("pads", .integers(let values)), ("output_padding", .integers(let values)):
      values.allSatisfy { $0 == 0 }
    case ("group", .integer(1)), ("keepdims", .integer(1)): true
    case ("transA", .integer(0)), ("transB", .integer(0)), ("ceil_mode", .integer(0)),
      ("storage_order", .integer(0)), ("count_include_pad", .integer(0)), ("allowzero", .integer(0)),
      ("training_mode", .integer(0)):
      true
    case ("alpha", .float(let value)), ("beta", .float(let value)): name == "Gemm" && value == 1
    case ("auto_pad", .string(let value)): value == Array("NOTSET".utf8)
    default: false
    }
  }

  private static func text(_ value: Attribute.Value) -> String {
    switch value {
    case .integer(let value): String(value)
    case .float(let value): "\(value)"
    case .string(let value): String(decoding: value.prefix(80), as: UTF8.self)
    case .integers(let values): list(values.map(String.init))
    case .floats(let values): list(values.map { "\($0)" })
    case .strings(let values): list(values.map { String(decoding: $0.prefix(80), as: UTF8.self) })
    case .tensor(let tensor): text(tensor)
    case .tensors(let tensors): list(tensors.map(text))
    case .sparseTensor(let sparse): "sparse \(text(sparse.values))"
    case .sparseTensors(let all): list(all.map { "sparse \(text($0.values))" })
    case .graph(let graph): text(graph)
    case .graphs(let graphs): list(graphs.map(text))
    case .type(let type): "\(type.bound(by: [:]))"
    case .types(let types): list(types.map { "\($0.bound(by: [:]))" })
    case .reference(let name): "@\(name)"
    }
  }

  /// The first elements stand for a long list, its digest for the rest.
  private static func list(_ values: [String]) -> String {
    guard values.count > 16 else { return "[\(values.joined(separator: ","))]" }
    let digest = String(StructuralHash.of(values.joined(separator: ",")), radix: 16)
    return "[\(values.prefix(8).joined(separator: ",")),… \(values.count) values, \(digest)]"
  }

  private static func text(_ tensor: Tensor) -> String {
    TypeText.of(.tensor(tensor.type))
  }

  /// A nested graph by its operators in order; names of values are the exporter's.
  private static func text(_ graph: Graph) -> String {
    let nodes = graph.nodes.map { node in
      let attributes = of(node)
      return attributes.isEmpty ? node.operatorName : "\(node.operatorName) \(attributes)"
    }
    let whole = nodes.joined(separator: ", ")
    guard whole.utf8.count > 160 else { return "{\(whole)}" }
    return "{\(nodes.count) nodes, \(String(StructuralHash.of(whole), radix: 16))}"
  }
}
