internal import Kernels
internal import Network
internal import Operators

/// Attention that the file has as one operator, onto the kernel that the spelled-out chain becomes.
///
/// Served without a cache, soft cap or sliding window, with a constant mask that is added, or causal where there are
/// as many queries as keys. Queries that see no key at all give zeros by the operators' rules, so masks with such rows stay
/// with the operators.
extension AttentionOperation: RecognizableOperation {
  static func recognize(_ node: PlanNode, _ graph: PlanGraph) throws(OperatorError) -> PlanNode? {
    guard let operation = node.operation as? FileOperation,
      !node.outputs.dropFirst().contains(where: { $0 != nil }), graph.isFloat(node, 0)
    else { return nil }
    switch operation.operator {
    case let attention as Operators.Attention: return try FusedAttention.plain(attention, node, graph)
    case let attention as MultiHeadAttention: return try FusedAttention.multiHead(attention, node, graph)
    default: return nil
    }
  }
}

private enum FusedAttention {
  /// How a tensor holds its heads, in elements.
  struct Heads {
    var offset = 0
    var image: Int
    var head: Int
    var row: Int

    /// `[batch, heads, length, size]`
    static func headsFirst(_ heads: Int, _ length: Int, _ size: Int) -> Heads {
      Heads(image: heads * length * size, head: length * size, row: size)
    }

    /// `[batch, length, heads * size]`
    static func rowsFirst(_ heads: Int, _ length: Int, _ size: Int) -> Heads {
      Heads(image: length * heads * size, head: size, row: heads * size)
    }

    /// Part `part` of `[batch, length, heads, parts, size]`.
    static func packed(_ part: Int, of parts: Int, _ heads: Int, _ length: Int, _ size: Int) -> Heads {
      Heads(
        offset: part * size, image: length * heads * parts * size, head: parts * size,
        row: heads * parts * size)
    }

    /// Over a batch of images, key heads and the query heads that share one.
    func operand(_ buffer: Int, sharing group: Int, isShared: Bool = false) -> MatrixOperand {
      MatrixOperand(
        buffer: buffer, offset: offset,
        batchStrides: isShared ? [image, head, 0] : [image, group * head, head], rowStride: row)
    }
  }

  static func plain(
    _ operation: Operators.Attention, _ node: PlanNode, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard operation.softcap == 0, !operation.visibility.hasWindow, !has(node, 4...6),
      graph.isFloat(node, 1), graph.isFloat(node, 2), let rank = graph.dimensions(node, 0)?.count,
      let sizes = Sizes(try operation.extents(graph.facts(node.inputs)), isCausal: operation.isCausal)
    else { return nil }
    func heads(_ count: Int, _ length: Int, _ size: Int) -> Heads {
      rank == 3 ? .rowsFirst(count, length, size) : .headsFirst(count, length, size)
    }
    return try lowered(
      node, graph, sizes, [0, 1, 2],
      [
        heads(sizes.heads, sizes.queries, sizes.width), heads(sizes.keyHeads, sizes.keys, sizes.width),
        heads(sizes.keyHeads, sizes.keys, sizes.valueWidth),
        heads(sizes.heads, sizes.queries, sizes.valueWidth),
      ], scale: operation.scale, mask: 3)
  }

  static func multiHead(
    _ operation: MultiHeadAttention, _ node: PlanNode, _ graph: PlanGraph
  ) throws(OperatorError) -> PlanNode? {
    guard !has(node, 3...4), !has(node, 6...7),
      let sizes = Sizes(try operation.extents(graph.facts(node.inputs)), isCausal: operation.isCausal),
      let query = graph.dimensions(node, 0)
    else { return nil }
    let (heads, length, width) = (sizes.heads, sizes.keys, sizes.width)
    let result = Heads.rowsFirst(heads, sizes.queries, sizes.valueWidth)
    if query.count == 5 {
      let parts = (0..<3).map { Heads.packed($0, of: 3, heads, length, width) }
      return try lowered(
        node, graph, sizes, [0, 0, 0], parts + [result], scale: operation.scale, mask: 5)
    }
    let queries = Heads.rowsFirst(heads, sizes.queries, width)
    guard graph.isFloat(node, 1), let key = graph.dimensions(node, 1) else { return nil }
    if key.count == 5 {
      let parts = (0..<2).map { Heads.packed($0, of: 2, heads, length, width) }
      return try lowered(
        node, graph, sizes, [0, 1, 1], [queries] + parts + [result], scale: operation.scale, mask: 5)
    }
    guard graph.isFloat(node, 2) else { return nil }
    let others =
      key.count == 4
      ? [Heads.headsFirst(heads, length, width), .headsFirst(heads, length, sizes.valueWidth)]
      : [Heads.rowsFirst(heads, length, width), .rowsFirst(heads, length, sizes.valueWidth)]
    return try lowered(
      node, graph, sizes, [0, 1, 2], [queries] + others + [result], scale: operation.scale, mask: 5)
  }

  private static func has(_ node: PlanNode, _ inputs: ClosedRange<Int>) -> Bool {
    inputs.contains { $0 < node.inputs.count && node.inputs[$0] != nil }
  }

  struct Sizes {
    let batch: Int
    let heads: Int
    let keyHeads: Int
    let queries: Int
    let keys: Int
    let width: Int
    let valueWidth: Int
    let isCausal: Bool

    /// nil if an extent is not known or 0, or if the kernel counts causal queries otherwise.
    init?(_ extents: AttentionExtents, isCausal: Bool) {
      guard let batch = extents.batch, let heads = extents.queryHeads, let keyHeads = extents.keyHeads,
        let queries = extents.queryLength, let keys = extents.newLength, let width = extents.headSize,
        let valueWidth = extents.valueSize, extents.pastLength == 0,
        min(batch, heads, keyHeads, queries, keys, width, valueWidth) > 0, !isCausal || queries == keys
      else { return nil }
      (self.batch, self.heads, self.keyHeads) = (batch, heads, keyHeads)
      (self.queries, self.keys, self.width, self.valueWidth) = (queries, keys, width, valueWidth)
      self.isCausal = isCausal
    }

    var group: Int { heads / keyHeads }
  }

  /// - Parameters:
  ///   - inputs: the node's inputs that hold queries, keys and values.
  ///   - heads: of queries, keys, values and the result.
  private static func lowered(
    _ node: PlanNode, _ graph: PlanGraph, _ sizes: Sizes, _ inputs: [Int], _ heads: [Heads], scale: Float?,
    mask index: Int
  ) throws(OperatorError) -> PlanNode? {
    var attention = Kernels.Attention(
      batch: [sizes.batch, sizes.keyHeads, sizes.group], queries: sizes.queries, keys: sizes.keys,
      width: sizes.width, valueWidth: sizes.valueWidth, query: heads[0].operand(0, sharing: sizes.group),
      key: heads[1].operand(1, sharing: sizes.group, isShared: true),
      value: heads[2].operand(2, sharing: sizes.group, isShared: true), isCausal: sizes.isCausal,
      scale: scale ?? 1 / Float(sizes.width).squareRoot(),
      result: heads[3].operand(0, sharing: sizes.group))
    var result = node
    result.inputs = inputs.map { node.inputs[$0] }
    if has(node, index...index) {
      guard let mask = try mask(node, index, graph, sizes) else { return nil }
      attention.mask = mask
      result.inputs.append(node.inputs[index])
    }
    result.operation = AttentionOperation(attention: attention)
    return result
  }

  private static func mask(
    _ node: PlanNode, _ index: Int, _ graph: PlanGraph, _ sizes: Sizes
  ) throws(OperatorError) -> MatrixOperand? {
    guard let extents = graph.dimensions(node, index), (1...4).contains(extents.count),
      extents.last == sizes.keys, !sizes.isCausal, let values = try graph.floats(node, index),
      everyRowHasKeys(values, sizes.keys)
    else { return nil }
    let padded = Array(repeating: 1, count: 4 - extents.count) + extents
    let full = [sizes.batch, sizes.heads, sizes.queries, sizes.keys]
    guard zip(padded, full).allSatisfy({ $0 == 1 || $0 == $1 }) else { return nil }
    let strides = StridedLoop.denseStrides(padded, alignedTo: full)
    return MatrixOperand(
      buffer: 3, batchStrides: [strides[0], sizes.group * strides[1], strides[1]], rowStride: strides[2])
  }

  private static func everyRowHasKeys(_ mask: [Float], _ keys: Int) -> Bool {
    stride(from: 0, to: mask.count, by: keys).allSatisfy { row in
      mask[row..<row + keys].contains { $0 > -.infinity }
    }
  }
}
