internal import Kernels
internal import Network

/// Where the values of a plan lie: which share memory, and from which step to which it is taken.
struct BufferAssignment {
  /// A value's place before the arena is laid out.
  enum Place: Equatable {
    case constant(ValueID)
    case input(ValueID)
    case buffer(Int, offset: Int)
  }

  /// For each value; nil for those that no step makes.
  private(set) var places: [Place?]
  /// For each node the buffer of its working memory; nil for those that need none.
  private(set) var scratch: [Int?] = []
  private(set) var requests: [ArenaPlanner.Request] = []

  /// - Parameters:
  ///   - graph: its nodes are the steps, views among them take none but keep their index.
  ///   - overwritable: for each node the inputs over which its first output may be written.
  ///   - scratchBytes: for each node its working memory, whose content nobody needs after it.
  init?(_ graph: PlanGraph, overwritable: [[Int]], scratch scratchBytes: [Int], slices: ConcatSlices) {
    places = Array(repeating: nil, count: graph.values.count)
    var lastUse = Self.lastUses(graph)
    slices.propagate(&lastUse)
    for input in graph.inputs { places[input.index] = .input(input) }
    for (index, value) in graph.values.enumerated() where value.constant != nil {
      places[index] = .constant(ValueID(index))
    }
    for (step, node) in graph.nodes.enumerated() {
      if node.operation is ViewOperation {
        if let input = node.inputs[0], let output = node.output, places[output.index] == nil {
          places[output.index] = places[input.index]
        }
        continue
      }
      for (position, output) in node.outputs.enumerated() {
        guard let output, places[output.index] == nil else { continue }
        if let (parent, offset) = slices.parent(of: output) {
          let buffer = buffer(of: parent, graph, at: step, until: lastUse[parent.index])
          guard let buffer else { return nil }
          places[output.index] = .buffer(buffer, offset: offset)
          continue
        }
        let reused = position == 0 ? reusable(node, graph, overwritable[step], at: step) : nil
        if let reused {
          places[output.index] = .buffer(reused, offset: 0)
          requests[reused].last = max(requests[reused].last, lastUse[output.index], step)
        } else {
          guard buffer(of: output, graph, at: step, until: lastUse[output.index]) != nil else { return nil }
        }
      }
    }
    for (step, bytes) in scratchBytes.enumerated() {
      scratch.append(bytes > 0 ? requests.count : nil)
      if bytes > 0 { requests.append(.init(bytes: bytes, first: step, last: step)) }
    }
  }

  /// The last node that reads each value or a view of it; one past the last node for what the network puts out.
  private static func lastUses(_ graph: PlanGraph) -> [Int] {
    var lastUse = Array(repeating: -1, count: graph.values.count)
    for (step, node) in graph.nodes.enumerated() {
      for input in node.inputs { if let input { lastUse[input.index] = step } }
    }
    for output in graph.outputs { lastUse[output.index] = graph.nodes.count }
    for node in graph.nodes.reversed() where node.operation is ViewOperation {
      guard let input = node.inputs[0], let output = node.output else { continue }
      lastUse[input.index] = max(lastUse[input.index], lastUse[output.index])
    }
    return lastUse
  }

  /// The buffer that holds `value` from its start, new unless it has one.
  private mutating func buffer(of value: ValueID, _ graph: PlanGraph, at step: Int, until last: Int) -> Int? {
    if case .buffer(let buffer, _)? = places[value.index] { return buffer }
    guard let bytes = graph[value].storedByteCount else { return nil }
    requests.append(.init(bytes: bytes, first: step, last: max(step, last)))
    places[value.index] = .buffer(requests.count - 1, offset: 0)
    return requests.count - 1
  }

  /// The buffer of an input that dies at this step and lies in memory as the output does.
  private func reusable(_ node: PlanNode, _ graph: PlanGraph, _ candidates: [Int], at step: Int) -> Int? {
    guard let output = node.output else { return nil }
    for candidate in candidates {
      guard candidate < node.inputs.count, let input = node.inputs[candidate],
        case .buffer(let buffer, 0)? = places[input.index], requests[buffer].last == step,
        requests[buffer].bytes == graph[output].storedByteCount, graph[input].layout == graph[output].layout,
        graph[input].storedByteCount == graph[output].storedByteCount
      else { continue }
      let others = node.inputs.enumerated().filter { $0.offset != candidate }
      let isShared = others.contains { other in
        guard let other = other.element, case .buffer(buffer, _)? = places[other.index] else { return false }
        return true
      }
      if !isShared { return buffer }
    }
    return nil
  }
}

extension PlanValue {
  /// Bytes that the value takes in its layout.
  var storedByteCount: Int? {
    guard let byteCount else { return nil }
    return layout.blocked?.byteCount ?? layout.bytes?.byteCount ?? byteCount
  }
}

/// Values that are written straight into the place that they have in a concatenation.
struct ConcatSlices: Sendable {
  struct Slice: Sendable {
    var parent: ValueID
    /// Bytes from the parent's start.
    var offset: Int
  }

  private var slices: [ValueID: Slice] = [:]
  private var written: Set<ValueID> = []

  /// The value at the root, and the offset in it.
  func parent(of value: ValueID) -> (ValueID, Int)? {
    guard var slice = slices[value] else { return nil }
    while let next = slices[slice.parent] {
      slice = Slice(parent: next.parent, offset: slice.offset + next.offset)
    }
    return (slice.parent, slice.offset)
  }

  /// Whether a concatenation's output is complete once its inputs are.
  func isWritten(_ value: ValueID) -> Bool { written.contains(value) }

  mutating func markWritten(_ value: ValueID) { written.insert(value) }

  func contains(_ value: ValueID) -> Bool { slices[value] != nil }
  var values: [ValueID] { slices.keys.sorted() }

  mutating func place(_ value: ValueID, in parent: ValueID, offset: Int) {
    slices[value] = Slice(parent: parent, offset: offset)
  }

  /// A root lives as long as any of its parts.
  func propagate(_ lastUse: inout [Int]) {
    for value in slices.keys {
      guard let (root, _) = parent(of: value) else { continue }
      lastUse[root.index] = max(lastUse[root.index], lastUse[value.index])
    }
  }
}
