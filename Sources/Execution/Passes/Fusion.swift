internal import Kernels
internal import Network
internal import Operators

/// Lets nodes take in what follows them: normalisation, bias, residual addition, activation.
enum Fusion {
  static func run(_ graph: inout PlanGraph) throws(ExecutionError) {
    var state = State(graph)
    for index in graph.nodes.indices {
      do {
        try state.fuse(index)
      } catch {
        throw .node(graph.nodes[index].name, operatorName: graph.nodes[index].operators.first ?? "", error)
      }
    }
    graph.nodes = state.nodes.compactMap { $0 }
  }

  private struct State {
    let graph: PlanGraph
    var nodes: [PlanNode?]
    private var producers: [Int?]
    private let readers: [Int]

    init(_ graph: PlanGraph) {
      self.graph = graph
      nodes = graph.nodes
      producers = graph.producers()
      readers = graph.consumers().map(\.count)
    }

    mutating func fuse(_ index: Int) throws(OperatorError) {
      guard let node = nodes[index] else { return }
      switch node.operation {
      case let unary as UnaryOperation:
        merge(index, into: 0) { $0.absorbing(unary.function) }
      case let affine as ChannelAffineOperation where affine.activation == .identity:
        merge(index, into: 0) { $0.absorbing(scale: affine.scale, shift: affine.shift) }
      case let pair as PairOperation where pair.kind == .sum && pair.activation == .identity:
        mergeSum(index, node)
      case let binary as BinaryOperation where binary.activation == .identity:
        if let affine = try binary.channelAffine(node, graph),
          merge(index, into: 0, { $0.absorbing(scale: affine.scale, shift: affine.shift) })
        {
          return
        }
        guard binary.function == .add else { return }
        if try mergeBias(index, node) { return }
        if node.inputs.count == 2, graph.dimensions(node, 0) == graph.dimensions(node, 1) {
          mergeSum(index, node)
        }
      default: return
      }
    }

    private mutating func mergeSum(_ index: Int, _ node: PlanNode) {
      // The one that is computed last takes in the other, which is complete by then.
      let order = [0, 1].sorted { producer(node, $0) ?? -1 > producer(node, $1) ?? -1 }
      for candidate in order
      where merge(index, into: candidate, adding: 1 - candidate, { $0.absorbingResidual() }) { return }
    }

    /// A constant vector along the last axis.
    private mutating func mergeBias(_ index: Int, _ node: PlanNode) throws(OperatorError) -> Bool {
      for candidate in [0, 1] {
        guard let shape = graph.dimensions(node, 1 - candidate), let last = shape.last,
          let output = node.output,
          shape.dropLast().allSatisfy({ $0 == 1 }),
          graph[output].dimensions == graph.dimensions(node, candidate),
          let bias = try graph.floats(node, 1 - candidate), bias.count == last
        else { continue }
        if merge(index, into: candidate, { $0.absorbing(bias: bias) }) { return true }
      }
      return false
    }

    private func producer(_ node: PlanNode, _ input: Int) -> Int? {
      node.inputs[input].flatMap { producers[$0.index] }
    }

    /// What made a value that only one node reads; through views of what is dense anyway, which are then dropped.
    private func onlyMaker(of value: ValueID) -> (maker: Int, views: [Int])? {
      var (value, views) = (value, [Int]())
      while readers[value.index] == 1, !graph.isOutput(value), let source = producers[value.index],
        let node = nodes[source]
      {
        guard node.operation is ViewOperation, let input = node.inputs[0] else {
          let isAllowed = views.isEmpty || (node.operation as? MatrixProductOperation)?.isResultDense ?? false
          return isAllowed ? (source, views) : nil
        }
        views.append(source)
        value = input
      }
      return nil
    }

    /// Puts what made input `input` of node `index`, changed by `change`, in the place of that node.
    @discardableResult
    private mutating func merge(
      _ index: Int, into input: Int, adding other: Int? = nil,
      _ change: (any PlannedOperation) -> (any PlannedOperation)?
    ) -> Bool {
      guard let node = nodes[index], let value = node.inputs[input], let found = onlyMaker(of: value),
        let producer = nodes[found.maker], let changed = change(producer.operation)
      else { return false }
      var merged = producer
      merged.operation = changed
      merged.outputs = node.outputs
      for view in found.views { merged.sources += nodes[view]?.sources ?? [] }
      merged.sources += node.sources
      merged.operators += node.operators
      if let other { merged.inputs.append(node.inputs[other]) }
      for dropped in found.views + [found.maker] { nodes[dropped] = nil }
      nodes[index] = merged
      for output in node.outputs { if let output { producers[output.index] = index } }
      return true
    }
  }
}
