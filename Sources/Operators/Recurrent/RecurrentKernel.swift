/// What a cell of one direction computes with.
package struct RecurrentCell<Value: Real> {
  let hiddenSize: Int
  /// `[hidden, gates * hidden]`: the recurrence weights transposed.
  let recurrence: UnsafePointer<Value>
  /// The recurrence's biases, `[gates * hidden]`.
  let bias: UnsafePointer<Value>
  /// Input, output and forget gate, `[3 * hidden]`; zeros where the node has none.
  let peepholes: UnsafePointer<Value>
  /// `[gates * hidden]`
  let scratch: UnsafeMutablePointer<Value>
  let activations: [RecurrentActivation]
  let clip: Value?

  @inline(__always)
  func clipped(_ x: Value) -> Value {
    guard let clip else { return x }
    return min(max(x, -clip), clip)
  }

  /// `target[columns] = vector[hidden] * recurrence[:, first..<first + columns]`
  func multiply(
    _ vector: UnsafePointer<Value>, gates: Int, first: Int, columns: Int,
    into target: UnsafeMutablePointer<Value>
  ) {
    let pitch = gates * hiddenSize
    for column in 0..<columns { target[column] = 0 }
    for row in 0..<hiddenSize {
      let factor = vector[row]
      let source = recurrence + row * pitch + first
      for column in 0..<columns { target[column] += factor * source[column] }
    }
  }
}

extension RecurrentOperator {
  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let e = try extents(call.context.knownInputs.facts)
    guard let sequence = e.sequence, let batch = e.batch, let input = e.input, let hidden = e.hidden else {
      throw .unsupported("unknown extents")
    }
    let run = RecurrentRun(
      sequence: sequence, batch: batch, input: input, hidden: hidden, gates: Self.gates,
      directions: recurrence.directions, isBatchFirst: recurrence.isBatchFirst)
    let lengths = try call.optionalIntegers(4) ?? Array(repeating: sequence, count: batch)
    guard lengths.allSatisfy((0...sequence).contains) else {
      throw .value(input: 4, reason: "a length is longer than the sequence")
    }
    let all = call.wants(0) ? try call.results(0) : try call.scratch(product([sequence, run.states]))
    let last = call.wants(1) ? try call.results(1) : try call.scratch(run.states)
    let cells = Self.hasCellState && call.wants(2) ? try call.results(2) : try call.scratch(run.states)
    all.update(repeating: 0)
    try run.load(call.optionalValues(5), into: last)
    try run.load(Self.hasCellState ? call.optionalValues(6) : nil, into: cells)
    for direction in 0..<recurrence.directions {
      let cell = try cell(call, run, direction)
      let gates = try inputGates(call, run, direction)
      let isReverse = recurrence.direction == .reverse || direction == 1
      guard let hiddenBase = last.baseAddress, let cellBase = cells.baseAddress,
        let gateBase = gates.baseAddress
      else { continue }
      for element in 0..<batch {
        let state = run.state(direction, element)
        for step in 0..<lengths[element] {
          let time = isReverse ? lengths[element] - 1 - step : step
          self.step(
            cell, gates: gateBase + run.row(time, element) * run.gateCount, hidden: hiddenBase + state,
            cellState: cellBase + state)
          let place = run.output(time, direction, element)
          for unit in 0..<hidden { all[place + unit] = last[state + unit] }
        }
      }
    }
  }

  private func cell<Value: Real>(
    _ call: RealContext<Value>, _ run: RecurrentRun, _ direction: Int
  ) throws(OperatorError) -> RecurrentCell<Value> {
    let weights = try call.values(2)
    let transposed = try call.scratch(product(run.gateCount, run.hidden))
    let bias = try call.scratch(run.gateCount)
    let peepholes = try call.scratch(3 * run.hidden)
    let scratch = try call.scratch(run.gateCount)
    if let biases = try call.optionalValues(3) {
      let start = direction * 2 * run.gateCount + run.gateCount
      for index in bias.indices { bias[index] = biases[start + index] }
    }
    if Self.hasCellState, let values = try call.optionalValues(7) {
      for index in peepholes.indices { peepholes[index] = values[direction * 3 * run.hidden + index] }
    }
    guard let source = weights.baseAddress, let target = transposed.baseAddress, let bias = bias.baseAddress,
      let peepholes = peepholes.baseAddress, let scratch = scratch.baseAddress
    else { throw .shape(input: 2, reason: "the weights are empty") }
    MatrixProduct.transpose(
      source + direction * run.gateCount * run.hidden, target, rows: run.gateCount, columns: run.hidden)
    return RecurrentCell(
      hiddenSize: run.hidden, recurrence: target, bias: bias, peepholes: peepholes, scratch: scratch,
      activations: Array(activations(direction)), clip: recurrence.clip.map { Value($0) })
  }

  /// `X * W^T + B` for all steps at once: `[rows of X, gates * hidden]`.
  private func inputGates<Value: Real>(
    _ call: RealContext<Value>, _ run: RecurrentRun, _ direction: Int
  ) throws(OperatorError) -> UnsafeMutableBufferPointer<Value> {
    let rows = run.sequence * run.batch
    let gates = try call.scratch(product(rows, run.gateCount))
    let transposed = try call.scratch(product(run.input, run.gateCount))
    let bias = try call.optionalValues(3)
    for row in 0..<rows {
      for gate in 0..<run.gateCount {
        gates[row * run.gateCount + gate] = bias?[direction * 2 * run.gateCount + gate] ?? 0
      }
    }
    guard let x = try call.values(0).baseAddress, let w = try call.values(1).baseAddress,
      let columns = transposed.baseAddress, let target = gates.baseAddress
    else { return gates }
    MatrixProduct.transpose(
      w + direction * run.gateCount * run.input, columns, rows: run.gateCount, columns: run.input)
    MatrixProduct.accumulate(x, columns, target, rows: rows, depth: run.input, columns: run.gateCount)
    return gates
  }
}

/// Where things lie in the tensors of a recurrent layer.
private struct RecurrentRun {
  let sequence: Int
  let batch: Int
  let input: Int
  let hidden: Int
  let gates: Int
  let directions: Int
  let isBatchFirst: Bool

  var gateCount: Int { gates * hidden }
  /// Elements of the states of all directions.
  var states: Int { directions * batch * hidden }

  func row(_ time: Int, _ element: Int) -> Int {
    isBatchFirst ? element * sequence + time : time * batch + element
  }

  func state(_ direction: Int, _ element: Int) -> Int {
    (isBatchFirst ? element * directions + direction : direction * batch + element) * hidden
  }

  func output(_ time: Int, _ direction: Int, _ element: Int) -> Int {
    isBatchFirst
      ? ((element * sequence + time) * directions + direction) * hidden
      : ((time * directions + direction) * batch + element) * hidden
  }

  func load<Value: Real>(
    _ initial: UnsafeBufferPointer<Value>?, into state: UnsafeMutableBufferPointer<Value>
  ) {
    if let initial {
      _ = state.update(fromContentsOf: initial)
    } else {
      state.update(repeating: 0)
    }
  }
}
