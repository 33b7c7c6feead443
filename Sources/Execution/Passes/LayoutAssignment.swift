internal import Kernels
internal import Network
internal import Operators

/// Chooses for each value whether it lies row-major or in blocks, with a border as wide as its readers need, and puts
/// changes of layout where the two meet.
enum LayoutAssignment {
  static func run(_ graph: inout PlanGraph) {
    var state = State(graph)
    for index in graph.nodes.indices { state.choose(index) }
    for output in graph.outputs { state.require(output, halo: nil) }
    state.assign()
    graph = state.rewritten()
  }

  /// In which form a node reads one input.
  private enum Wish: Equatable {
    case plain
    case blocked
    case asItIs
  }

  private struct State {
    private var graph: PlanGraph
    private var isBlocked: [Bool]
    /// The border that the readers in blocks need; nil where nobody reads blocks.
    private var halos: [Int?]
    private var wishes: [[Wish]] = []
    /// Pairs of values that must have the same border.
    private var ties: [(ValueID, ValueID)] = []
    private var changed: [ValueID: ValueID] = [:]

    init(_ graph: PlanGraph) {
      self.graph = graph
      isBlocked = Array(repeating: false, count: graph.values.count)
      halos = Array(repeating: nil, count: graph.values.count)
    }

    mutating func choose(_ index: Int) {
      let node = graph.nodes[index]
      var wanted = Array(repeating: Wish.plain, count: node.inputs.count)
      var isOutputBlocked = false
      switch node.operation.layoutRule(node, graph) {
      case .plain: break
      case .blocked(let borders, let takesPlanar):
        isOutputBlocked = true
        for (input, halo) in borders.enumerated() where halo != nil {
          let isRead = input == 0 && takesPlanar && !(node.inputs[0].map { isBlocked[$0.index] } ?? false)
          wanted[input] = isRead ? .asItIs : .blocked
          if !isRead, let value = node.inputs[input] { require(value, halo: halo) }
        }
      case .blockedToPlain:
        wanted[0] = .blocked
        if let value = node.inputs[0] { require(value, halo: 0) }
      case .follows(let borders):
        let images = borders.indices.filter { borders[$0] != nil }
        guard images.allSatisfy({ node.inputs[$0].map { isBlocked[$0.index] } ?? false }), !images.isEmpty
        else { break }
        isOutputBlocked = true
        for input in images {
          wanted[input] = .blocked
          if let value = node.inputs[input] { require(value, halo: borders[input]) }
        }
      }
      for (input, wish) in wanted.enumerated() where wish == .plain {
        if let value = node.inputs[input] { require(value, halo: nil) }
      }
      if isOutputBlocked, let output = node.output {
        for input in node.operation.inputsInOutputLayout(node, graph) {
          if let value = node.inputs[input] { ties.append((value, output)) }
        }
      }
      wishes.append(wanted)
      if isOutputBlocked, let output = node.output { isBlocked[output.index] = true }
    }

    /// Notes that a value is read in blocks with this border, or row-major.
    mutating func require(_ value: ValueID, halo: Int?) {
      if let halo { halos[value.index] = max(halos[value.index] ?? 0, halo) }
    }

    mutating func assign() {
      equalizeTies()
      for index in isBlocked.indices where isBlocked[index] {
        graph.values[index].layout = layout(ValueID(index))
      }
    }

    private mutating func equalizeTies() {
      var isStable = false
      while !isStable {
        isStable = true
        for (a, b) in ties where halos[a.index] ?? 0 != halos[b.index] ?? 0 {
          let halo = max(halos[a.index] ?? 0, halos[b.index] ?? 0)
          (halos[a.index], halos[b.index]) = (halo, halo)
          isStable = false
        }
      }
    }

    private func layout(_ value: ValueID) -> ValueLayout {
      guard let extents = graph[value].dimensions, extents.count == 4 else { return .plain }
      return .blocked(
        BlockedLayout(
          batch: extents[0], channels: extents[1], height: extents[2], width: extents[3],
          halo: halos[value.index] ?? 0))
    }

    mutating func rewritten() -> PlanGraph {
      var nodes: [PlanNode] = []
      for (index, node) in graph.nodes.enumerated() {
        var node = node
        for (input, wish) in wishes[index].enumerated() where wish != .asItIs {
          guard let value = node.inputs[input], graph[value].constant == nil,
            isBlocked[value.index] != (wish == .blocked)
          else { continue }
          node.inputs[input] = change(value, &nodes)
        }
        nodes.append(node)
      }
      for (index, output) in graph.outputs.enumerated() where isBlocked[output.index] {
        graph.outputs[index] = change(output, &nodes)
      }
      graph.nodes = nodes
      return graph
    }

    /// The value in the other layout.
    private mutating func change(_ value: ValueID, _ nodes: inout [PlanNode]) -> ValueID {
      if let known = changed[value] { return known }
      var copy = graph[value]
      let isSame = hasSameBytes(value)
      copy.layout = isBlocked[value.index] ? .plain : layout(value)
      let id = graph.append(copy)
      changed[value] = id
      nodes.append(
        PlanNode(
          name: copy.name, operation: isSame ? ViewOperation() : LayoutChangeOperation(), inputs: [value],
          outputs: [id], sources: [], operators: []))
      return id
    }

    /// Single pixels of whole blocks without a border lie alike in both layouts.
    private func hasSameBytes(_ value: ValueID) -> Bool {
      guard let blocked = layout(value).blocked else { return false }
      return blocked.height == 1 && blocked.width == 1 && blocked.halo == 0
        && blocked.channels % BlockedLayout.block == 0
    }
  }
}
