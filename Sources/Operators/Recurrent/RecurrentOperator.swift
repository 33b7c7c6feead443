package import Network

/// A layer that runs over a sequence and keeps a state.
///
/// X `[sequence, batch, input]`, W `[directions, gates * hidden, input]`, R `[directions, gates * hidden, hidden]`,
/// B `[directions, 2 * gates * hidden]`, lengths `[batch]`, first state `[directions, batch, hidden]`. Outputs: all states
/// `[sequence, directions, batch, hidden]` and the last. Batch first, the batch leads each of X, the states and outputs.
package protocol RecurrentOperator: RealOperator {
  var recurrence: RecurrentAttributes { get }
  static var gates: Int { get }
  /// Whether there is a cell state beside the hidden one: input 6 and output 2.
  static var hasCellState: Bool { get }
  /// Scalar operations beside the MACs for one hidden unit and one step of direction `direction`.
  func operationsPerUnit(direction: Int, hasBias: Bool, hasPeepholes: Bool) -> Int
  /// One step of one sequence: `gates` hold the input's part and both biases where they may be summed.
  func step<Value: Real>(
    _ cell: RecurrentCell<Value>, gates: UnsafeMutablePointer<Value>, hidden: UnsafeMutablePointer<Value>,
    cellState: UnsafeMutablePointer<Value>)
}

/// The extents of a recurrent layer.
package struct RecurrentExtents: Sendable, Equatable {
  package let sequence: Dimension
  package let batch: Dimension
  package let input: Dimension
  package let hidden: Dimension
}

extension RecurrentOperator {
  package var role: Role { .matrixLayer }

  package func extents(_ inputs: [Fact?]) throws(OperatorError) -> RecurrentExtents {
    func shape(_ index: Int, rank: Int) throws(OperatorError) -> Shape? {
      guard index < inputs.count, let shape = inputs[index]?.shape else { return nil }
      guard shape.rank == rank else { throw .rank(input: index, expected: "\(rank)", found: shape.rank) }
      return shape
    }
    let x = try shape(0, rank: 3)
    let (w, r) = (try shape(1, rank: 3), try shape(2, rank: 3))
    let hidden = recurrence.hiddenSize ?? r?[2] ?? nil
    let input = x?[2] ?? w?[2] ?? nil
    if let hidden {
      let rows = try product(Self.gates, hidden)
      try check(w, 1, [recurrence.directions, rows, input])
      try check(r, 2, [recurrence.directions, rows, hidden])
      try check(shape(3, rank: 2), 3, [recurrence.directions, product(2, rows)])
    }
    let batch = x?[recurrence.isBatchFirst ? 0 : 1] ?? nil
    let state: Shape =
      recurrence.isBatchFirst
      ? [batch, recurrence.directions, hidden] : [recurrence.directions, batch, hidden]
    try check(shape(4, rank: 1), 4, [batch])
    try check(shape(5, rank: 3), 5, state)
    if Self.hasCellState {
      try check(shape(6, rank: 3), 6, state)
      if let hidden { try check(shape(7, rank: 2), 7, [recurrence.directions, product(3, hidden)]) }
    }
    return RecurrentExtents(
      sequence: x?[recurrence.isBatchFirst ? 1 : 0] ?? nil, batch: batch, input: input, hidden: hidden)
  }

  private func check(_ found: Shape?, _ index: Int, _ expected: Shape) throws(OperatorError) {
    guard let found else { return }
    for (a, b) in zip(found.dimensions, expected.dimensions) {
      if let a, let b, a != b {
        throw .shape(input: index, reason: "an extent is \(a) where \(b) is needed")
      }
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let element = try inputs.tensor(0, of: ElementType.reals).element
    for index in 1...2 { _ = try inputs.tensor(index, of: [element]) }
    let e = try extents(inputs.facts)
    let directions = recurrence.directions
    let all: Shape =
      recurrence.isBatchFirst
      ? [e.batch, e.sequence, directions, e.hidden] : [e.sequence, directions, e.batch, e.hidden]
    let last: Shape =
      recurrence.isBatchFirst ? [e.batch, directions, e.hidden] : [directions, e.batch, e.hidden]
    let states = [Fact(element, all), Fact(element, last)]
    return Self.hasCellState ? states + [Fact(element, last)] : states
  }

  /// Every step of every direction: `gates * hidden * (input + hidden)` MACs for each element of the batch.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let e = try extents(inputs)
    guard let sequence = e.sequence, let batch = e.batch, let input = e.input, let hidden = e.hidden else {
      return nil
    }
    let steps = try product(sequence, batch)
    let macs = try product([steps, recurrence.directions, Self.gates, hidden, sum(input, hidden)])
    func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }
    var operations = 0
    for direction in 0..<recurrence.directions {
      operations += operationsPerUnit(
        direction: direction, hasBias: has(3), hasPeepholes: Self.hasCellState && has(7))
    }
    return Cost(macs: macs, elementwiseOperations: try product([steps, hidden, operations]))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  /// The activations of one direction.
  package func activations(_ direction: Int) -> ArraySlice<RecurrentActivation> {
    let count = recurrence.activations.count / recurrence.directions
    return recurrence.activations[(direction * count)..<((direction + 1) * count)]
  }
}
