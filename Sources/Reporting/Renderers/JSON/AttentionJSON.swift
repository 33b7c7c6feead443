internal import Analysis
internal import Operators

/// The attention units of a network as JSON.
enum AttentionJSON {
  static func units(_ analysis: StaticAnalysis) -> JSONValue {
    .array(analysis.attention.map { unit($0, analysis.layers) })
  }

  /// `causal` is null where a mask decides whose content only the run knows; `cache` is null where nothing is cached.
  private static func unit(_ unit: AttentionUnit, _ layers: [Layer]) -> JSONValue {
    let e = unit.extents
    var form = "chain"
    if case .operator(let name) = unit.form { form = name }
    return [
      "name": .string(unit.name), "form": .string(form), "phase": .string(unit.phase.rawValue),
      "layers": .array(unit.layers.filter { layers.indices.contains($0) }.map { .string(layers[$0].name) }),
      "batch": .optional(e.batch), "heads": .optional(e.queryHeads), "keyHeads": .optional(e.keyHeads),
      "queryLength": .optional(e.queryLength), "keyLength": .optional(e.totalLength),
      "newKeys": .optional(unit.newKeys), "headSize": .optional(e.headSize),
      "valueSize": .optional(e.valueSize), "causal": .optional(unit.visibility?.isCausal),
      "window": window(unit.visibility), "macs": .optional(unit.macs),
      "neededMacs": .optional(unit.neededMACs),
      "cache": unit.cacheBytesPerPlace.map {
        ["bytesPerToken": .integer($0), "bytes": .optional(unit.cacheBytes)]
      } ?? .null,
    ]
  }

  /// Keys before and behind a query's own place; null is all.
  private static func window(_ visibility: AttentionVisibility?) -> JSONValue {
    guard let visibility, visibility.hasWindow else { return .null }
    return ["before": .optional(visibility.left), "behind": .optional(visibility.right)]
  }
}
