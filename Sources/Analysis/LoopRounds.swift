internal import Network
internal import Operators

extension GraphInference {
  /// Nodes that finding out the rounds of all loops of a network may infer.
  static let roundBudget = 1 << 15

  /// The rounds of a loop whose condition follows from single numbers that are known ahead, such as a counter held against the
  /// length of a sequence; nil where it does not, and where it never ends the loop.
  func countedRounds(_ node: Node, _ id: NodeID) -> Int? {
    guard let body = node.nestedGraphs.first, body.inputs.count == node.inputs.count, !session.isTrial,
      session.depth < session.depthLimit, startsTrue(node)
    else { return nil }
    var carried: [Fact] = []
    for input in node.inputs.dropFirst(2) {
      guard let input, let fact = facts[input.index] else { return nil }
      carried.append(fact.withSingleNumber)
    }
    var limit = Int.max
    if case let trips?? = node.inputs.first {
      guard let count = facts[trips.index]?.constant?.integers?.first else { return nil }
      limit = count
    }
    let trial = InferenceSession(
      session.symbols, tripCounts: session.tripCounts, depthLimit: session.depthLimit - session.depth,
      isTrial: true)
    let sets = nodeOperatorSets[id] ?? operatorSets
    /// The body's outputs of one round.
    func run(_ round: Fact, _ carried: [Fact]) -> [Fact]? {
      session.roundBudget -= body.nodeCount
      guard session.roundBudget >= 0 else { return nil }
      let inner = GraphInference(body, session: trial, operatorSets: sets, enclosing: self)
      guard (try? inner.run(inputs: [round, Fact(Self.scalar(.bool, 1))] + carried)) != nil else {
        return nil
      }
      let outputs = body.outputs.compactMap { inner.facts[$0.index] }
      return outputs.count == body.outputs.count && outputs.count > carried.count ? outputs : nil
    }
    // A condition that always holds leaves the rounds to the trip count.
    guard let any = run(Fact(.int64, .scalar), carried.map { Fact($0.type) }),
      any[0].constant?.integers?.first.map({ $0 != 0 }) != true
    else { return nil }
    var round = 0
    while round < limit {
      guard let outputs = run(Fact(Self.scalar(.int64, round)), carried),
        let goesOn = outputs[0].constant?.integers?.first
      else { return nil }
      round += 1
      if goesOn == 0 { return round }
      carried = outputs[1...carried.count].map(\.withSingleNumber)
    }
    return max(limit, 0)
  }

  /// Whether the first round is sure to run, as far as the loop's condition goes.
  private func startsTrue(_ node: Node) -> Bool {
    guard node.inputs.count > 1 else { return false }
    guard let condition = node.inputs[1] else { return true }
    return facts[condition.index]?.constant?.integers?.first.map { $0 != 0 } ?? false
  }

  private static func scalar(_ element: ElementType, _ value: Int) -> DenseTensor {
    let bytes = withUnsafeBytes(of: Int64(value).littleEndian, Array.init)
    let buffer = TensorBuffer(byteCount: element == .bool ? 1 : 8)
    for index in 0..<buffer.byteCount {
      buffer.base.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
    }
    return DenseTensor(element, [], buffer: buffer)
  }
}

extension Fact {
  /// Without content of more than one element: what conditions are made of is single numbers.
  fileprivate var withSingleNumber: Fact {
    constant?.elementCount == 1 ? self : Fact(type)
  }
}

extension Graph {
  /// Nodes of this graph and of those nested in it.
  fileprivate var nodeCount: Int {
    nodes.reduce(nodes.count) { $0 + $1.nestedGraphs.reduce(0) { $0 + $1.nodeCount } }
  }
}
