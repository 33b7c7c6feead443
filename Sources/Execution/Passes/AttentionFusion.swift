internal import Kernels
internal import Network
internal import Operators

/// Finds `MatMul, scale, mask, Softmax, MatMul` and puts attention in their place.
enum AttentionFusion {
  static func run(_ graph: inout PlanGraph) {
    let finder = Finder(graph)
    for index in graph.nodes.indices {
      guard let found = finder.attention(endingAt: index) else { continue }
      graph.nodes[index] = found
    }
    graph.removeDeadNodes()
  }

  private struct Finder {
    let graph: PlanGraph
    let resolver: ViewResolver
    let readers: [Int]

    init(_ graph: PlanGraph) {
      self.graph = graph
      resolver = ViewResolver(graph)
      readers = graph.consumers().map(\.count)
    }

    /// The node that makes `value` for this reader alone.
    private func maker(_ value: ValueID?) -> PlanNode? {
      guard let value, readers[value.index] == 1, !graph.isOutput(value),
        let index = resolver.producers[value.index]
      else { return nil }
      return graph.nodes[index]
    }

    /// - Parameter index: the node of the product with V.
    func attention(endingAt index: Int) -> PlanNode? {
      let last = graph.nodes[index]
      guard let outer = last.operation as? MatrixProductOperation, !outer.hasWeight, outer.alpha == 1,
        outer.bias == nil, let softmax = maker(last.inputs[0]),
        let kind = softmax.operation as? SoftmaxOperation,
        !kind.isLogarithmic, kind.axis == kind.shape.count - 1, kind.shape.count == outer.batch.count + 2,
        let value = resolver.resolve(last, 1), value.factor == 1,
        let valueOperand = MatrixOperand(value, buffer: 2, batch: outer.batch)
      else { return nil }
      var chain = [softmax]
      guard let scores = scores(softmax.inputs[0], &chain),
        let inner = scores.product.operation as? MatrixProductOperation, !inner.hasWeight, inner.bias == nil,
        inner.batch == outer.batch, let query = resolver.resolve(scores.product, 0),
        let key = resolver.resolve(scores.product, 1),
        let queryOperand = MatrixOperand(query, buffer: 0, batch: outer.batch),
        let keyOperand = MatrixOperand(key, buffer: 1, batch: outer.batch)
      else { return nil }
      var attention = Kernels.Attention(
        batch: outer.batch, queries: inner.rows, keys: inner.columns, width: inner.depth,
        valueWidth: outer.columns, query: queryOperand, key: keyOperand.transposed, value: valueOperand,
        scale: inner.alpha * scores.scale * query.factor * key.factor, result: outer.result)
      var result = last
      result.inputs = [query.root, key.root, value.root]
      if let mask = scores.mask {
        guard let operand = maskOperand(mask, attention) else { return nil }
        attention.mask = operand
        result.inputs.append(mask)
      }
      chain.append(scores.product)
      result.operation = AttentionOperation(attention: attention)
      result.sources = chain.reversed().flatMap(\.sources) + last.sources
      result.operators = chain.reversed().flatMap(\.operators) + last.operators
      result.name = scores.product.name
      return result
    }

    private struct Scores {
      var product: PlanNode
      var scale: Float = 1
      var mask: ValueID?
    }

    /// Walks back from the softmax: at most one mask, then scales, then the product.
    private func scores(_ value: ValueID?, _ chain: inout [PlanNode]) -> Scores? {
      var (value, scale, mask) = (value, Float(1), ValueID?.none)
      while let node = maker(value) {
        if node.operation is MatrixProductOperation { return Scores(product: node, scale: scale, mask: mask) }
        if let sum = addition(node), mask == nil, scale == 1 {
          guard let scored = [0, 1].first(where: { isScores(node.inputs[$0], sum) }) else { return nil }
          mask = node.inputs[1 - scored]
          value = node.inputs[scored]
        } else if let binary = node.operation as? BinaryOperation, let number = try? graph.floats(node, 1),
          number.count == 1, binary.function == .multiply || binary.function == .divide
        {
          // A mask that was added before the scale would be scaled too; the order here is scale, then mask.
          scale *= binary.function == .multiply ? number[0] : 1 / number[0]
          value = node.inputs[0]
        } else {
          return nil
        }
        chain.append(node)
      }
      return nil
    }

    /// The extents of a sum, if the node is one without activation.
    private func addition(_ node: PlanNode) -> [Int]? {
      let isSum =
        (node.operation as? BinaryOperation).map { $0.function == .add && $0.activation == .identity }
        ?? (node.operation as? PairOperation).map { $0.kind == .sum && $0.activation == .identity } ?? false
      guard isSum, let output = node.output else { return nil }
      return graph[output].dimensions
    }

    /// Whether a value is what the product or a scale behind it made, in the sum's full extents.
    private func isScores(_ value: ValueID?, _ extents: [Int]) -> Bool {
      guard let value, graph[value].dimensions == extents, let node = maker(value) else { return false }
      return node.operation is MatrixProductOperation || node.operation is BinaryOperation
    }

    private func maskOperand(_ mask: ValueID, _ attention: Kernels.Attention) -> MatrixOperand? {
      guard let extents = graph[mask].dimensions, graph[mask].element == .float32,
        extents.last == attention.keys
      else { return nil }
      var padded = extents
      if padded.count == 1 { padded = [1] + padded }
      let view = StridedView(dense: mask, padded)
      guard var operand = MatrixOperand(view, buffer: 3, batch: attention.batch) else { return nil }
      if padded[padded.count - 2] == 1 { operand.rowStride = 0 }
      return operand
    }
  }
}
