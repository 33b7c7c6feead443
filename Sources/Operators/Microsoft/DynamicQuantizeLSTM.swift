internal import Kernels
internal import Network

/// An LSTM whose weights are 8-bit integers, W `[directions, input, 4 * hidden]` and R `[directions, hidden, 4 * hidden]`. X
/// and each hidden state are rounded to 8 bits over their own range before they are multiplied.
///
/// Inputs 8 to 11 are the scales and zero points of W and R, for each direction or for each of its columns.
package struct DynamicQuantizeLSTM: Operator {
  package static let name = "DynamicQuantizeLSTM"
  package static let domain = "com.microsoft"
  package let role = Role.matrixLayer
  /// The same over the numbers that the integers stand for.
  package let network: LSTM

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    var network = try LSTM(attributes)
    network.roundsState = true
    self.network = network
  }

  /// The inputs of the LSTM: weights as real numbers, an output unit in each row.
  package func facts(_ inputs: [Fact?]) throws(OperatorError) -> [Fact?] {
    var facts = Array(inputs.prefix(8))
    for index in 1...2 where index < facts.count {
      guard let type = facts[index]?.tensor else { continue }
      guard [.int8, .uint8].contains(type.element) else {
        throw .elementType(input: index, found: type.element)
      }
      let shape = type.shape
      if let shape, shape.rank != 3 { throw .rank(input: index, expected: "3", found: shape.rank) }
      facts[index] = Fact(.float32, shape.map { [$0[0], $0[2], $0[1]] })
    }
    return facts
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    _ = try inputs.tensor(0, of: [.float32])
    return try network.infer(InferenceInputs(facts(inputs.facts)))
  }

  /// Beside the LSTM's own work: the range and the rounding, 6 for each element of X and of the states.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let facts = try facts(inputs)
    let e = try network.extents(facts)
    guard let cost = try network.cost(inputs: facts, outputs: outputs), let sequence = e.sequence,
      let batch = e.batch, let input = e.input, let hidden = e.hidden
    else { return nil }
    let rounded = try product([
      sequence, batch, sum(input, product(network.recurrence.directions, hidden)), 6,
    ])
    return Cost(
      macs: cost.macs, elementwiseOperations: try sum(cost.elementwiseOperations, rounded))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    var inputs = Array(context.inputs.prefix(8))
    let input = try context.input(0)
    guard input.element == .float32 else { throw .elementType(input: 0, found: input.element) }
    let rounded = try DenseTensor(.float32, input.dimensions, limit: context.limit)
    let values = rounded.mutableElements(as: Float.self)
    _ = values.update(fromContentsOf: input.elements(as: Float.self))
    ByteRange.round(values)
    inputs[0] = .tensor(rounded)
    inputs[1] = .tensor(try weights(context, 1, scale: 8))
    inputs[2] = .tensor(try weights(context, 2, scale: 10))
    let inner = KernelContext(inputs: inputs, outputCount: context.outputs.count, limit: context.limit)
    inner.outputs = context.outputs
    try network.run(inner)
    context.outputs = inner.outputs
  }

  /// Input `index` as real numbers, rows and columns of each direction exchanged.
  private func weights(_ context: KernelContext, _ index: Int, scale: Int) throws(OperatorError)
    -> DenseTensor
  {
    let stored = try context.input(index)
    guard stored.rank == 3, let integers = stored.integers else {
      throw .shape(input: index, reason: "weights have 3 axes and are integers of 8 bits")
    }
    let (directions, rows, columns) = (stored.dimensions[0], stored.dimensions[1], stored.dimensions[2])
    let scales = try context.input(scale)
    guard scales.element == .float32 else { throw .elementType(input: scale, found: scales.element) }
    let factors = scales.elements(as: Float.self)
    let zeros = try context.optionalIntegers(scale + 1) ?? Array(repeating: 0, count: factors.count)
    guard factors.count == directions || factors.count == directions * columns, zeros.count == factors.count
    else { throw .shape(input: scale, reason: "one for each direction or column is needed") }
    let result = try DenseTensor(.float32, [directions, columns, rows], limit: context.limit)
    let target = result.mutableElements(as: Float.self)
    let perDirection = factors.count / max(directions, 1)
    for direction in 0..<directions {
      for column in 0..<columns {
        let place = direction * perDirection + (perDirection > 1 ? column : 0)
        let (factor, zero) = (factors[place], zeros[place])
        for row in 0..<rows {
          let value = integers[(direction * rows + row) * columns + column] - zero
          target[(direction * columns + column) * rows + row] = Float(value) * factor
        }
      }
    }
    return result
  }
}
