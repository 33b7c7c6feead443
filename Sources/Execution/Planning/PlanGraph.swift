internal import Kernels
internal import Network
internal import Operators

/// The network while it is being planned: passes rewrite it until each node is one step.
///
/// Its first values are those of the file's graph under the same ids; passes append others. Nodes stay in an order of
/// execution: a pass that merges nodes puts the result in the place of the last of them.
struct PlanGraph: Sendable {
  var values: [PlanValue]
  var nodes: [PlanNode]
  var inputs: [ValueID]
  var outputs: [ValueID]

  subscript(id: ValueID) -> PlanValue {
    get { values[id.index] }
    set { values[id.index] = newValue }
  }

  mutating func append(_ value: PlanValue) -> ValueID {
    values.append(value)
    return ValueID(values.count - 1)
  }

  /// The nodes that read each value, in order, one entry for each input that reads it.
  func consumers() -> [[Int]] {
    var consumers: [[Int]] = Array(repeating: [], count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { if let input { consumers[input.index].append(index) } }
    }
    return consumers
  }

  /// The node that makes each value.
  func producers() -> [Int?] {
    var producers: [Int?] = Array(repeating: nil, count: values.count)
    for (index, node) in nodes.enumerated() {
      for output in node.outputs { if let output { producers[output.index] = index } }
    }
    return producers
  }

  /// Whether a weight that is still read was made up.
  var usesSyntheticWeights: Bool {
    nodes.contains { node in
      node.operation.holdsSyntheticWeights
        || node.inputs.contains { $0.flatMap { self[$0].constant?.isSynthetic } ?? false }
    }
  }

  func isOutput(_ value: ValueID) -> Bool { outputs.contains(value) }

  /// Drops nodes whose results nobody reads.
  mutating func removeDeadNodes() {
    var isNeeded = Array(repeating: false, count: values.count)
    for output in outputs { isNeeded[output.index] = true }
    var kept: [PlanNode] = []
    for node in nodes.reversed()
    where node.outputs.contains(where: { $0.map { isNeeded[$0.index] } ?? false }) {
      for input in node.inputs { if let input { isNeeded[input.index] = true } }
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}

/// What passes between the nodes of a plan.
struct PlanValue: Sendable {
  var name: String
  var element: ElementType
  /// nil where they are not known before the run, which no step may depend on.
  var dimensions: [Int]?
  var constant: Constant?
  var layout = ValueLayout.plain

  var byteCount: Int? {
    guard let dimensions, let count = Shape(dimensions).elementCount else { return nil }
    return element.byteCount(of: count)
  }
}

/// How a value lies in memory.
enum ValueLayout: Sendable, Equatable {
  /// Dense and row-major.
  case plain
  case blocked(BlockedLayout)
  /// 8-bit numbers with the channels last.
  case bytes(ByteImageLayout)

  var blocked: BlockedLayout? {
    if case .blocked(let layout) = self { layout } else { nil }
  }

  var bytes: ByteImageLayout? {
    if case .bytes(let layout) = self { layout } else { nil }
  }
}

/// One node of the plan: later one step, or none if it is a view.
struct PlanNode: Sendable {
  var name: String
  var operation: any PlannedOperation
  var inputs: [ValueID?]
  var outputs: [ValueID?]
  /// The nodes of the file whose work this one does.
  var sources: [NodeID]
  /// Their operators in order.
  var operators: [String]

  /// The first output, which nearly all nodes have alone.
  var output: ValueID? { outputs.first ?? nil }
}

/// A value that is known before the run.
enum Constant: Sendable {
  /// In the file, or to be made up if it is not there.
  case stored(Tensor, SyntheticWeights.Role?)
  case dense(DenseTensor)
  /// 16-bit floats, as 32-bit ones.
  indirect case widened(Constant)

  func load() throws(OperatorError) -> DenseTensor {
    switch self {
    case .stored(let tensor, let role): return try WeightStore.load(tensor, role: role)
    case .dense(let tensor): return tensor
    case .widened(let constant):
      defer { constant.release() }
      return try constant.load().widened()
    }
  }

  /// Says that the bytes, or these of them, have been copied elsewhere.
  func release(bytes: Range<Int>? = nil) {
    if case .stored(let tensor, _) = self { WeightStore.release(tensor, bytes: bytes) }
  }

  var isSynthetic: Bool {
    switch self {
    case .stored(let tensor, _): tensor.isMissing
    case .dense: false
    case .widened(let constant): constant.isSynthetic
    }
  }
}
