internal import Network

/// Where a node belongs in the tree of modules.
package enum ModuleScope: Sendable, Hashable {
  /// Outermost first.
  case names([String])
  /// What the name of a node tells, such as `/layer1/layer1.0/conv1/Conv` or `layer1.0.conv1`. Kept as it is: taking it apart for
  /// every node takes longer than counting what the node does.
  case nodeName(String)

  /// From the newer exporter's metadata, or else from the name.
  init(of node: Node) {
    for key in ["pkg.torch.onnx.name_scopes", "namespace"] where !node.metadata.isEmpty {
      guard let value = node.metadata.first(where: { $0.key == key })?.value else { continue }
      let path = key == "namespace" ? Self.namespace(value) : Self.list(value)
      if !path.isEmpty {
        self = .names(path)
        return
      }
    }
    self = .nodeName(node.name)
  }

  /// Outermost first; empty where there is none.
  package var path: [String] {
    switch self {
    case .names(let names): return names
    case .nodeName(let name):
      // Paddle names its nodes by operator and number, with dots between.
      let slash = UInt8(ascii: "/")
      let separator = name.utf8.contains(slash) || name.hasPrefix("p2o.") ? slash : UInt8(ascii: ".")
      return name.utf8.split(separator: separator).dropLast().map { String(decoding: $0, as: UTF8.self) }
    }
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
