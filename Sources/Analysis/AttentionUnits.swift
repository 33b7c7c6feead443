internal import Network
internal import Operators

/// Finds attention in a network: in operators, and in chains of products around a softmax.
enum AttentionUnits {
  static func find(in inferred: InferredGraph, _ layering: Layers) -> [AttentionUnit] {
    var units: [AttentionUnit] = []
    for id in inferred.liveNodes {
      if let kind = inferred.operators[id.index]?.attention {
        if let unit = unit(of: id, kind, inferred, layering) { units.append(unit) }
      } else if inferred.graph[id].operatorName == "Softmax",
        let chain = AttentionChain(around: id, inferred, layering.uses)
      {
        units.append(chain.unit(layering))
      }
    }
    return units
  }

  private static func unit(
    of id: NodeID, _ kind: any AttentionOperator, _ inferred: InferredGraph, _ layering: Layers
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
        guard let mask = inputs[place] else { continue }
        visibility = AttentionMasks.visibility(of: mask, extents).flatMap { found in
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

/// What a mask whose content is known ahead lets through.
enum AttentionMasks {
  /// Scores below are as good as hidden: masks are made of minus infinity, of the least number of a type, or of -10000.
  private static let hidden = -9999.0

  /// Everything, or the places up to a query's own; nil where the content is not known or is something else.
  static func visibility(of mask: Fact, _ extents: AttentionExtents) -> AttentionVisibility? {
    guard let type = mask.tensor, let shape = type.shape?.known, let columns = shape.last else { return nil }
    let rows = shape.count > 1 ? shape[shape.count - 2] : 1
    guard let constant = mask.constant, let values = constant.values?.doubles, columns > 0, rows > 0,
      values.count >= rows * columns
    else { return nil }
    let isTruth = type.element == .bool
    // Keys of earlier calls stand before the first query's own.
    let offset = extents.pastLength ?? 0
    var hidesAny = false
    var isCausal = rows > 1 && rows == extents.queryLength
    for (index, value) in values.enumerated() {
      let (row, column) = (index / columns % rows, index % columns)
      let isHidden = isTruth ? value == 0 : value < hidden
      hidesAny = hidesAny || isHidden
      isCausal = isCausal && isHidden == (column > row + offset)
    }
    if !hidesAny { return AttentionVisibility(isCausal: false) }
    return isCausal ? AttentionVisibility(isCausal: true) : nil
  }
}
