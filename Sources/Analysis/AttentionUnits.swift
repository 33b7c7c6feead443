internal import Network
internal import Operators

/// Finds attention in a network: in operators, and in chains of products around a softmax.
enum AttentionUnits {
  static func find(in inferred: InferredGraph, _ layering: Layers) -> [AttentionUnit] {
    var units: [AttentionUnit] = []
    var masks = AttentionMasks(inferred)
    for id in inferred.liveNodes {
      if let kind = inferred.operators[id.index]?.attention {
        if let unit = unit(of: id, kind, inferred, layering, &masks) { units.append(unit) }
      } else if inferred.graph[id].operatorName == "Softmax",
        let chain = AttentionChain(around: id, inferred, layering.uses)
      {
        units.append(chain.unit(layering, &masks))
      }
    }
    return units
  }

  private static func unit(
    of id: NodeID, _ kind: any AttentionOperator, _ inferred: InferredGraph, _ layering: Layers,
    _ masks: inout AttentionMasks
  ) -> AttentionUnit? {
    let node = inferred.graph[id]
    let inputs = inferred.inputFacts(node)
    // An operator whose inputs do not fit has been reported by inference.
    guard let extents = try? kind.extents(inputs) else { return nil }
    func names(_ values: [ValueID?], _ places: [Int]) -> Bool {
      places.contains { $0 < values.count && values[$0] != nil }
    }
    var visibility: AttentionVisibility? = kind.visibility
    if !kind.visibility.isCausal {
      for place in kind.maskInputs where place < inputs.count {
        guard let mask = node.inputs[place] else { continue }
        visibility = masks.visibility(of: mask, extents).flatMap { found in
          kind.visibility.hasWindow ? nil : found
        }
      }
    }
    // Of projected attention, keys have the type of what comes out.
    let output = node.outputs.first.flatMap { $0 }.flatMap { inferred.tensor($0)?.element }
    var unit = AttentionUnit(
      name: node.displayName(in: inferred.graph), form: .operator(node.operatorName),
      layers: layering.layerOfNode[id.index].map { [$0] } ?? [], extents: extents,
      newKeys: kind.newKeys(extents), visibility: visibility,
      hasCache: names(node.inputs, kind.cacheInputs) || names(node.outputs, kind.cacheOutputs),
      element: output ?? .float32)
    unit.count()
    return unit
  }
}
