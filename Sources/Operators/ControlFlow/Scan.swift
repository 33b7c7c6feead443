internal import Network

/// A graph run for each slice of some inputs: states are carried from slice to slice, other outputs are collected.
struct Scan: Operator {
  static let name = "Scan"
  private let body: Graph
  private let stateCount: Int
  private let scanCount: Int
  private let inputAxes: [Int]
  private let outputAxes: [Int]
  private let inputsAreReversed: [Bool]
  private let outputsAreReversed: [Bool]
  /// Version 8 has lengths as its first input and a batch axis before the scanned one.
  private let isBatched: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    body = try attributes.graph("body")
    isBatched = attributes.version < 9
    scanCount = try attributes.requiredInteger("num_scan_inputs")
    stateCount = attributes.inputCount - (isBatched ? 1 : 0) - scanCount
    guard scanCount >= 1, stateCount >= 0, body.inputs.count == stateCount + scanCount,
      body.outputs.count >= stateCount
    else { throw .attributeValue("num_scan_inputs", reason: "does not fit the inputs or the body") }
    let outputCount = body.outputs.count - stateCount
    func list(_ values: [Int]?, _ count: Int, _ name: String) throws(OperatorError) -> [Int] {
      guard let values else { return Array(repeating: 0, count: count) }
      guard values.count == count else { throw .attributeValue(name, reason: "not one entry for each") }
      return values
    }
    inputAxes = try list(try attributes.integers("scan_input_axes"), scanCount, "scan_input_axes")
    outputAxes = try list(try attributes.integers("scan_output_axes"), outputCount, "scan_output_axes")
    let directions = isBatched ? "directions" : "scan_input_directions"
    inputsAreReversed = try list(try attributes.integers(directions), scanCount, directions).map { $0 != 0 }
    outputsAreReversed = try list(
      try attributes.integers("scan_output_directions"), outputCount, "scan_output_directions"
    ).map { $0 != 0 }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let first = isBatched ? 1 : 0
    let leading = isBatched ? 1 : 0
    var states: [Fact] = []
    var batch: Dimension
    batch = nil
    for index in 0..<stateCount {
      var type = try inputs.tensor(first + index)
      if isBatched, type.shape?.rank ?? 0 > 0 { batch = batch ?? type.shape?.dimensions.removeFirst() ?? nil }
      states.append(Fact(.tensor(type)))
    }
    var slices: [Fact] = []
    var length: Dimension
    length = nil
    for index in 0..<scanCount {
      var type = try inputs.tensor(first + stateCount + index)
      if let shape = type.shape {
        let place =
          leading
          + (try normalizedAxis(
            inputAxes[index], rank: shape.rank - leading, from: .attribute("scan_input_axes")))
        if let known = length, let own = shape[place], known != own {
          throw .shape(input: first + stateCount + index, reason: "another number of slices")
        }
        length = length ?? shape[place]
        batch = isBatched ? batch ?? shape[0] : nil
        type.shape = Shape(shape.dimensions.indices.filter { $0 >= leading && $0 != place }.map { shape[$0] })
      }
      slices.append(Fact(.tensor(type)))
    }
    let (carried, outputs) = try CarriedFacts.settle(states, offset: 0) { carried throws(OperatorError) in
      try inputs.inferSubgraph(body, carried + slices)
    }
    var facts: [Fact] = []
    for (index, fact) in (carried + outputs[stateCount...]).enumerated() {
      guard let type = fact.tensor else { throw .attributeValue("body", reason: "gives what is no tensor") }
      guard var shape = type.shape else {
        facts.append(Fact(type.element, nil))
        continue
      }
      if index >= stateCount {
        let place = try normalizedAxis(
          outputAxes[index - stateCount], rank: shape.rank + 1, from: .attribute("scan_output_axes"))
        shape.dimensions.insert(length, at: place)
      }
      if isBatched { shape.dimensions.insert(batch, at: 0) }
      facts.append(Fact(type.element, shape))
    }
    return facts
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    var values: [RuntimeValue] = []
    for index in (isBatched ? 1 : 0)..<context.inputs.count { values.append(try context.value(index)) }
    let results = isBatched ? try runBatched(values, context) : try scan(values, context, length: nil)
    for (index, value) in results.enumerated() { context.forward(value, to: index) }
  }

  /// Each entry of the batch by itself, then all of them together. Entries that end early are filled up with zeros.
  private func runBatched(
    _ values: [RuntimeValue], _ context: KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    guard let batch = try values.first?.extents.first else {
      throw .rank(input: 1, expected: "at least 1", found: 0)
    }
    let lengths = try context.optionalIntegers(0)
    let longest = try values[stateCount].extents.dropFirst().first ?? 0
    var results = [[RuntimeValue]](repeating: [], count: body.outputs.count)
    for entry in 0..<batch {
      var own: [RuntimeValue] = []
      for value in values { own.append(try slice(value, at: entry, along: 0, limit: context.limit)) }
      let length = lengths.map { entry < $0.count ? $0[entry] : 0 }
      let found = try scan(own, context, length: length)
      for (index, value) in found.enumerated() {
        results[index].append(index < stateCount ? value : try padded(value, to: longest, context.limit))
      }
    }
    var joinedResults: [RuntimeValue] = []
    for values in results {
      joinedResults.append(try joined(values, along: 0, isNew: true, limit: context.limit))
    }
    return joinedResults
  }

  private func padded(_ value: RuntimeValue, to length: Int, _ limit: Int) throws(OperatorError)
    -> RuntimeValue
  {
    guard let tensor = value.tensor, let extent = tensor.dimensions.first, extent < length else {
      return value
    }
    let zeros = try DenseTensor(
      tensor.element, [length - extent] + tensor.dimensions.dropFirst(), limit: limit)
    return try joined([value, .tensor(zeros)], along: 0, isNew: false, limit: limit)
  }

  /// The final states and what was collected, for inputs without a batch axis.
  private func scan(
    _ values: [RuntimeValue], _ context: KernelContext, length: Int?
  ) throws(OperatorError) -> [RuntimeValue] {
    var states = Array(values[..<stateCount])
    var axes: [Int] = []
    var count = length
    for (index, value) in values[stateCount...].enumerated() {
      let extents = try value.extents
      axes.append(
        try normalizedAxis(inputAxes[index], rank: extents.count, from: .attribute("scan_input_axes")))
      let own = extents[axes[index]]
      count = count ?? own
      guard let count, count >= 0, count <= own, length != nil || count == own else {
        throw .shape(input: stateCount + index, reason: "another number of slices")
      }
    }
    let rounds = count ?? 0
    var collected = [[RuntimeValue]](repeating: [], count: body.outputs.count - stateCount)
    for round in 0..<rounds {
      var arguments = states
      for (index, value) in values[stateCount...].enumerated() {
        let place = inputsAreReversed[index] ? rounds - 1 - round : round
        arguments.append(try slice(value, at: place, along: axes[index], limit: context.limit))
      }
      let results = try context.runSubgraph(body, arguments)
      guard results.count == body.outputs.count else {
        throw .attributeValue("body", reason: "outputs are missing")
      }
      states = Array(results[..<stateCount])
      for index in collected.indices { collected[index].append(results[stateCount + index]) }
    }
    for (index, values) in collected.enumerated() {
      guard !values.isEmpty else { throw .unsupported("a scan without slices") }
      let ordered = outputsAreReversed[index] ? values.reversed() : values
      states.append(try joined(ordered, along: outputAxes[index], isNew: true, limit: context.limit))
    }
    return states
  }
}
