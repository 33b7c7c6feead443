internal import Kernels
internal import Network
internal import Operators

/// Lets nodes take in what follows them: normalisation, bias, residual addition, activation.
enum Fusion {
  static func run(_ graph: inout PlanGraph) {
    var state = State(graph)
    for index in graph.nodes.indices { state.fuse(index) }
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

    mutating func fuse(_ index: Int) {
      guard let node = nodes[index] else { return }
      switch node.operation {
      case let unary as UnaryOperation:
        merge(index, into: 0) { $0.absorbing(unary.function) }
      case let affine as ChannelAffineOperation where affine.activation == .identity:
        merge(index, into: 0) { $0.absorbing(scale: affine.scale, shift: affine.shift) }
      case let pair as PairOperation where pair.kind == .sum && pair.activation == .identity:
        // The one that is computed last takes in the other, which is complete by then.
        let order = [0, 1].sorted { producer(node, $0) ?? -1 > producer(node, $1) ?? -1 }
        for candidate in order where merge(index, into: candidate, adding: 1 - candidate, { $0.absorbingResidual() }) {
          return
        }
      default: return
      }
    }

    private func producer(_ node: PlanNode, _ input: Int) -> Int? {
      node.inputs[input].flatMap { producers[$0.index] }
    }

    /// Puts what made input `input` of node `index`, changed by `change`, in the place of that node.
    @discardableResult
    private mutating func merge(
      _ index: Int, into input: Int, adding other: Int? = nil,
      _ change: (any PlannedOperation) -> (any PlannedOperation)?
    ) -> Bool {
      guard let node = nodes[index], let value = node.inputs[input], readers[value.index] == 1,
        !graph.isOutput(value), let source = producers[value.index], let producer = nodes[source],
        let changed = change(producer.operation)
      else { return false }
      var merged = producer
      merged.operation = changed
      merged.outputs = node.outputs
      merged.sources += node.sources
      merged.operators += node.operators
      if let other { merged.inputs.append(node.inputs[other]) }
      nodes[source] = nil
      nodes[index] = merged
      for output in node.outputs { if let output { producers[output.index] = index } }
      return true
    }
  }
}
