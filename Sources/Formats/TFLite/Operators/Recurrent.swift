import Network

/// Recurrent layers over a sequence.
extension SubgraphTranslator {
  /// Places of the operator's inputs, each in the file's order of gates: input, forget, cell, output.
  private enum Place {
    static let weights = 1
    static let recurrence = 5
    static let peepholes = 9
    static let biases = 12
    static let projection = 16
    static let outputState = 18
    static let cellState = 19
    static let normalization = 20
  }

  /// Without projection, coupled gates and inner normalisation, which the network's operator does not have.
  mutating func sequenceLSTM(_ operation: LiteOperator) throws(Untranslatable) {
    let source = try input(operation, 0)
    let absent = [Place.weights, Place.recurrence].contains { optionalInput(operation, $0) == nil }
    let hasMore =
      (Place.normalization..<(Place.normalization + 4)).contains { optionalInput(operation, $0) != nil }
      || [Place.projection, Place.projection + 1].contains { optionalInput(operation, $0) != nil }
    guard !absent, !hasMore, tensor(source).rank == 3, try choice(operation, 0) == 4,
      try number(operation, 1) == 0, try number(operation, 2) == 0
    else { throw .unsupported }
    let hidden = tensor(try input(operation, Place.recurrence)).shape.last ?? 0
    guard hidden > 0 else { throw malformed("it has no hidden units") }
    let isTimeMajor = try flag(operation, 3)
    var sequence = try real(source, .file)
    if !isTimeMajor { sequence = transposed(sequence, [1, 0, 2], isAuxiliary: true) }
    let inputs: [ValueID?] = [
      sequence, try gates(operation, Place.weights, axes: [0]),
      try gates(operation, Place.recurrence, axes: [0]), try biases(operation, hidden), nil,
      try state(operation, Place.outputState), try state(operation, Place.cellState),
      try peepholes(operation),
    ]
    let result = emit("LSTM", inputs, [Attribute("hidden_size", .integer(hidden))], outputs: 3)
    // The network's result has an axis for directions behind that of time.
    var output = emit("Squeeze", [result[0], integers([1])], isAuxiliary: true)
    if !isTimeMajor { output = transposed(output, [1, 0, 2], isAuxiliary: true) }
    try finish(output, operation.outputs[0], .file)
  }

  /// Four tensors as one, in the network's order of gates: input, output, forget, cell.
  private mutating func gates(
    _ operation: LiteOperator, _ first: Int, axes: [Int]
  ) throws(Untranslatable) -> ValueID {
    var parts: [ValueID] = []
    for gate in [0, 3, 1, 2] { parts.append(try real(try input(operation, first + gate), .file)) }
    let all = emit("Concat", parts, [Attribute("axis", .integer(0))], isAuxiliary: true)
    return emit("Unsqueeze", [all, integers(axes)], isAuxiliary: true)
  }

  /// The network adds a bias of the recurrence too, which is zero here.
  private mutating func biases(_ operation: LiteOperator, _ hidden: Int) throws(Untranslatable) -> ValueID? {
    guard optionalInput(operation, Place.biases + 1) != nil else { return nil }
    guard hidden <= 1 << 20 else { throw .unsupported }
    let own = try gates(operation, Place.biases, axes: [0])
    let none = floats([Float](repeating: 0, count: 4 * hidden), dimensions: [1, 4 * hidden])
    return emit("Concat", [own, none], [Attribute("axis", .integer(1))], isAuxiliary: true)
  }

  /// Weights of the cell in the gates: input, output, forget.
  private mutating func peepholes(_ operation: LiteOperator) throws(Untranslatable) -> ValueID? {
    guard optionalInput(operation, Place.peepholes) != nil else { return nil }
    var parts: [ValueID] = []
    for gate in [0, 2, 1] {
      parts.append(try real(try input(operation, Place.peepholes + gate), .file))
    }
    let all = emit("Concat", parts, [Attribute("axis", .integer(0))], isAuxiliary: true)
    return emit("Unsqueeze", [all, integers([0])], isAuxiliary: true)
  }

  private mutating func state(_ operation: LiteOperator, _ place: Int) throws(Untranslatable) -> ValueID? {
    guard let index = optionalInput(operation, place) else { return nil }
    return emit("Unsqueeze", [try real(index, .file), integers([0])], isAuxiliary: true)
  }
}
