internal import Network

/// The path of modules that a node belongs to, outermost first.
enum ModuleScope {
  /// From the newer exporter's metadata, or else from a name such as `/layer1/layer1.0/conv1/Conv` or `layer1.0.conv1`.
  static func path(of node: Node) -> [String] {
    for key in ["pkg.torch.onnx.name_scopes", "namespace"] {
      guard let value = node.metadata.first(where: { $0.key == key })?.value else { continue }
      let path = key == "namespace" ? namespace(value) : list(value)
      if !path.isEmpty { return path }
    }
    // Paddle names its nodes by operator and number, with dots between.
    let name = node.name.utf8
    let slash = UInt8(ascii: "/")
    let separator = name.contains(slash) || node.name.hasPrefix("p2o.") ? slash : UInt8(ascii: ".")
    return name.split(separator: separator).dropLast().map { String(decoding: $0, as: UTF8.self) }
  }

  /// `: mod.Net/layer1: torch.nn.Sequential/layer1.0: mod.Block/conv: aten.conv2d`: names before the colons, the call at the end
  /// left out.
  private static func namespace(_ text: String) -> [String] {
    text.split(separator: "/").dropLast().compactMap { part in
      let name = part.prefix { $0 != ":" }
      return name.isEmpty ? nil : String(name)
    }
  }

  /// `['', 'layer1', 'layer1.0', 'conv']`: the quoted words, the call at the end left out.
  private static func list(_ text: String) -> [String] {
    let words = text.split(separator: "'", omittingEmptySubsequences: false)
    let quoted = words.indices.filter { $0 % 2 == 1 }.map { String(words[$0]) }
    return quoted.dropLast().filter { !$0.isEmpty }
  }
}
