internal import Analysis
internal import Network

/// Layers that belong together: a module of the framework, or those that work at one resolution.
struct Stage: Sendable, Hashable {
  /// How many parts are few enough to read and enough to tell something.
  private static let useful = 3...24

  var name: String
  /// Whether the name is quoted from the file.
  var isModule: Bool
  var layers: [Int]

  /// The network in 3 to 24 parts: by module at the outermost depth that tells so many apart, else by the extent of what the
  /// layers produce, else by kind. Empty for a network too small to divide.
  static func all(of layers: [Layer]) -> [Stage] {
    guard layers.count > 2 else { return [] }
    let scopes = layers.map(\.scope)
    let deepest = scopes.map(\.count).max() ?? 0
    for depth in stride(from: 1, through: deepest, by: 1) {
      let stages = grouped(layers, isModule: true) { module(scopes[$0], depth: depth) ?? layers[$0].operator }
      guard let stages else { break }
      if useful.contains(stages.count), balanced(stages, layers) { return stages }
    }
    for key in [resolution, { LayerKind($0).name }] {
      if let stages = grouped(layers, isModule: false, by: { key(layers[$0]) }), useful.contains(stages.count)
      {
        return stages
      }
    }
    return []
  }

  /// No part holds so much of the network that dividing it tells nothing.
  private static func balanced(_ stages: [Stage], _ layers: [Layer]) -> Bool {
    let largest = stages.map(\.layers.count).max() ?? 0
    return Double(largest) <= 0.7 * Double(layers.count)
  }

  /// nil for more groups than are useful.
  private static func grouped(_ layers: [Layer], isModule: Bool, by key: (Int) -> String) -> [Stage]? {
    var stages: [Stage] = []
    var places: [String: Int] = [:]
    for index in layers.indices {
      let key = key(index)
      if let place = places[key] {
        stages[place].layers.append(index)
      } else {
        if stages.count == useful.upperBound { return nil }
        places[key] = stages.count
        stages.append(Stage(name: key, isModule: isModule, layers: [index]))
      }
    }
    return stages
  }

  /// nil for a layer outside any module.
  private static func module(_ scope: [String], depth: Int) -> String? {
    scope.isEmpty ? nil : ModulePath.shortened(scope.prefix(depth).joined(separator: "/"))
  }

  private static func resolution(_ layer: Layer) -> String {
    guard let shape = layer.outputs.first?.type.tensor?.shape, let extents = shape.known else {
      return "unknown shape"
    }
    let spatial = extents.dropFirst(extents.count > 3 ? 2 : 1)
    return spatial.isEmpty ? "scalar" : spatial.map(String.init).joined(separator: "×")
  }
}

/// Names as exporters write them, made short enough to label a chart.
enum ModulePath {
  /// `/layer1/layer1.0/conv1/Conv` as `layer1.0/conv1`: without the operator at the end, and without a module whose name the
  /// next one repeats.
  static func shortened(_ name: String, operator kind: String = "") -> String {
    var parts = name.utf8.split(separator: UInt8(ascii: "/"))
    if parts.count > 1, !kind.isEmpty, parts.last?.starts(with: kind.utf8) == true { parts.removeLast() }
    var kept: [UInt8] = []
    kept.reserveCapacity(name.utf8.count)
    for (index, part) in parts.enumerated() {
      if index + 1 < parts.count {
        let next = parts[index + 1]
        if next.starts(with: part), next.dropFirst(part.count).first == UInt8(ascii: ".") { continue }
      }
      if !kept.isEmpty { kept.append(UInt8(ascii: "/")) }
      kept += part
    }
    return kept.isEmpty ? name : String(decoding: kept, as: UTF8.self)
  }
}

extension Layer {
  var shortName: String { ModulePath.shortened(name, operator: self.operator) }
}
