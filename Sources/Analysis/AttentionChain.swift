internal import Network
internal import Operators

/// A product of two computed tensors, a softmax over its last axis, and a product of that with a third: attention as nodes
/// of its own.
struct AttentionChain {
  private let inferred: InferredGraph
  private let softmax: NodeID
  private let scores: Product
  private let values: Product
  /// What is added to the scores, or chooses among them.
  private let masks: [ValueID]
  private let nodes: [NodeID]
  /// Batch and heads as the scores have them, rows and columns.
  private let extents: [Dimension]

  private struct Product {
    let node: NodeID
    /// The operand that is not the other's: keys, or values.
    let operand: ValueID
    /// The extent of the sum for the scores, the columns of the result for the values.
    let size: Dimension
  }

  /// Nodes between the softmax and a product.
  private static let reach = 12

  /// nil unless `id`, a softmax, is that of such a chain.
  init?(around id: NodeID, _ inferred: InferredGraph, _ uses: GraphUses) {
    let node = inferred.graph[id]
    guard case let input?? = node.inputs.first,
      case let output?? = node.outputs.first, let shape = inferred.tensor(output)?.shape, shape.rank >= 2
    else { return nil }
    var search = Search(inferred: inferred, uses: uses)
    guard let scores = search.scores(behind: input, budget: Self.reach) else { return nil }
    guard let values = search.values(ahead: output) else { return nil }
    (self.inferred, softmax, self.scores, self.values) = (inferred, id, scores, values)
    (masks, nodes) = (search.masks, search.path + [scores.node, id, values.node])
    extents = shape.dimensions
  }

  private struct Search {
    let inferred: InferredGraph
    let uses: GraphUses
    var masks: [ValueID] = []
    var path: [NodeID] = []

    private func isConstant(_ value: ValueID) -> Bool { inferred.isConstant[value.index] }

    /// The product that scores come from, walked to over what is done to each of them.
    mutating func scores(behind value: ValueID, budget: Int) -> Product? {
      guard budget > 0, let producer = inferred.graph.producer(of: value) else { return nil }
      let node = inferred.graph[producer]
      let operands = node.inputs.compactMap { $0 }
      switch node.operatorName {
      case "MatMul", "FusedMatMul":
        guard operands.count == 2, !operands.contains(where: isConstant),
          let left = inferred.tensor(operands[0])?.shape, left.rank >= 2
        else { return nil }
        return Product(node: producer, operand: operands[1], size: left[left.rank - 1])
      case "Add", "Sub", "Mul", "Div", "Where", "Max", "Min":
        for operand in operands
        where !isConstant(operand) && inferred.tensor(operand) == inferred.tensor(value) {
          guard let found = scores(behind: operand, budget: budget - 1) else { continue }
          path.append(producer)
          if ["Add", "Sub", "Where"].contains(node.operatorName) {
            masks += operands.filter { $0 != operand }
          }
          return found
        }
        return nil
      case "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Dropout", "Tanh", "Clip":
        guard let operand = operands.first, let found = scores(behind: operand, budget: budget - 1) else {
          return nil
        }
        path.append(producer)
        return found
      default: return nil
      }
    }

    /// The product that takes the weights.
    mutating func values(ahead value: ValueID) -> Product? {
      var front = [value]
      var passed: [NodeID] = []
      while let current = front.first, passed.count < AttentionChain.reach {
        front.removeFirst()
        for reader in uses.readers(of: current) {
          let node = inferred.graph[reader]
          switch node.operatorName {
          case "MatMul", "FusedMatMul":
            guard let product = product(reader, with: current) else { continue }
            path += passed
            return product
          case "Cast", "Identity", "Dropout", "Reshape", "Where", "Mul", "Transpose":
            passed.append(reader)
            if case let output?? = node.outputs.first { front.append(output) }
          default: continue
          }
        }
      }
      return nil
    }

    /// Weights from the left, or transposed from the right.
    private func product(_ id: NodeID, with weights: ValueID) -> Product? {
      let operands = inferred.graph[id].inputs.compactMap { $0 }
      guard operands.count == 2, let place = operands.firstIndex(of: weights) else { return nil }
      let other = operands[1 - place]
      guard !isConstant(other), let shape = inferred.tensor(other)?.shape, shape.rank >= 2 else { return nil }
      return Product(
        node: id, operand: other, size: place == 0 ? shape[shape.rank - 1] : shape[shape.rank - 2])
    }
  }
}

extension AttentionChain {
  func unit(_ layering: Layers, _ known: inout AttentionMasks) -> AttentionUnit {
    var e = AttentionExtents()
    e.queryLength = extents[extents.count - 2]
    (e.headSize, e.valueSize) = (scores.size, values.size)
    let heads = heads(layering.uses)
    (e.batch, e.queryHeads) = (heads.batch, heads.heads)
    let keys = KeyPath(behind: scores.operand, inferred, layering.uses)
    e.keyHeads = keys.heads ?? e.queryHeads
    let total = extents[extents.count - 1]
    e.pastLength = keys.pastLength ?? 0
    e.newLength = total.flatMap { total in e.pastLength.map { max(total - $0, 0) } }
    var visibility: AttentionVisibility? = AttentionVisibility(isCausal: false)
    for mask in masks {
      guard let type = inferred.tensor(mask), type.elementCount != 1 else { continue }
      // The other side of a choice is hidden where its scores are: the condition says it all.
      let found = known.visibility(of: mask, e)
      visibility = found.map { $0.isCausal || $0.hasWindow ? $0 : visibility ?? $0 }
      if visibility == nil { break }
    }
    let indices = Set(nodes.compactMap { layering.layerOfNode[$0.index] }).sorted()
    var unit = AttentionUnit(
      name: inferred.graph[softmax].displayName(in: inferred.graph), form: .chain, layers: indices,
      extents: e,
      newKeys: e.newLength, visibility: visibility, hasCache: keys.hasCache,
      element: inferred.tensor(scores.operand)?.element ?? .float32)
    unit.count()
    return unit
  }

  /// Batch and heads of `[batch, heads, rows, columns]`; where both are one axis, the heads are what the result is joined
  /// from.
  private func heads(_ uses: GraphUses) -> (batch: Dimension, heads: Dimension) {
    let leading = extents.dropLast(2)
    guard let last = leading.last else { return (1, 1) }
    if leading.count > 1 {
      let batch = Shape(Array(leading.dropLast())).elementCount
      return (batch, last)
    }
    guard let maps = last, let size = values.size, size > 0, let width = joinedWidth(uses), width % size == 0,
      width > 0, maps % (width / size) == 0
    else { return (last, 1) }
    return (maps / (width / size), width / size)
  }

  /// The last extent of the tensor into which the results of all heads are put together.
  private func joinedWidth(_ uses: GraphUses) -> Int? {
    guard case let output?? = inferred.graph[values.node].outputs.first else { return nil }
    var value = output
    for _ in 0..<6 {
      guard let reader = uses.readers(of: value).first,
        case let next?? = inferred.graph[reader].outputs.first,
        ["Transpose", "Reshape", "Identity", "Cast", "Squeeze", "Unsqueeze"].contains(
          inferred.graph[reader].operatorName)
      else { return nil }
      if let width = inferred.tensor(next)?.shape?.dimensions.last ?? nil, width != values.size,
        inferred.graph[reader].operatorName == "Reshape"
      {
        return width
      }
      value = next
    }
    return nil
  }
}

/// The way that keys come: repeated for several query heads, and behind those of earlier calls.
private struct KeyPath {
  private(set) var heads: Dimension = nil
  private(set) var pastLength: Dimension = nil
  private(set) var hasCache = false

  init(behind keys: ValueID, _ inferred: InferredGraph, _ uses: GraphUses) {
    var value = keys
    for _ in 0..<10 {
      if uses.isOutput[value.index] { hasCache = true }
      guard let producer = inferred.graph.producer(of: value) else { return }
      let node = inferred.graph[producer]
      guard case let input?? = node.inputs.first else { return }
      switch node.operatorName {
      case "Expand":
        // [batch, heads, 1, length, size]
        if let shape = inferred.tensor(input)?.shape, shape.rank == 5, shape[2] == 1 { heads = shape[1] }
        value = input
      case "Concat":
        guard let past = Self.past(node, inferred) else { return }
        (pastLength, hasCache) = (past, true)
        return
      case "Transpose", "Reshape", "Mul", "Div", "Cast", "Identity", "Unsqueeze", "Squeeze": value = input
      default: return
      }
    }
  }

  /// The places of an input of the network that new keys are put behind.
  private static func past(_ node: Node, _ inferred: InferredGraph) -> Dimension? {
    guard node.inputs.count == 2, case let first?? = node.inputs.first,
      case .input = inferred.graph[first].origin, let shape = inferred.tensor(first)?.shape,
      case .integer(let axis) = node.attributes.first(where: { $0.name == "axis" })?.value
    else { return nil }
    let place = axis < 0 ? axis + shape.rank : axis
    return shape.dimensions.indices.contains(place) ? shape[place] : nil
  }
}
