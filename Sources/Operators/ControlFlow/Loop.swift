internal import Network

/// A graph run again and again: a given number of times, or while its condition holds. Values are carried from round to
/// round; others are collected along a new first axis.
struct Loop: Operator {
  static let name = "Loop"
  private let body: Graph
  private let carriedCount: Int

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    body = try attributes.graph("body")
    carriedCount = max(attributes.inputCount - 2, 0)
    guard body.inputs.count == carriedCount + 2, body.outputs.count >= carriedCount + 1 else {
      throw .attributeValue("body", reason: "inputs or outputs that do not fit those of the node")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    var initial: [Fact] = []
    for index in 0..<carriedCount { initial.append(try inputs.required(2 + index)) }
    let startsTrue = inputs[1]?.constant?.integers.map { $0.first != 0 } ?? !inputs.has(1)
    let condition = startsTrue ? Fact(Self.truth) : Fact(.bool, inputs[1]?.shape ?? .scalar)
    let (carried, outputs) = try CarriedFacts.settle(initial, offset: 1) { carried throws(OperatorError) in
      try inputs.inferSubgraph(body, [Fact(.int64, .scalar), condition] + carried)
    }
    // A condition that stays true leaves the number of rounds to the trip count.
    let staysTrue = startsTrue && outputs[0].constant?.integers?.first.map { $0 != 0 } == true
    let trips = staysTrue ? inputs[0]?.constant?.integers?.first : nil
    let rounds = (trips ?? inputs.rounds).map { max($0, 0) }
    // After a round for certain, carried values are what the body makes of them.
    var facts = carried
    if let rounds { facts = rounds > 0 ? outputs[1...carriedCount].map { Fact($0.type) } : initial }
    for output in outputs[(1 + carriedCount)...] {
      guard let type = output.tensor else {
        throw .attributeValue("body", reason: "collects what is no tensor")
      }
      facts.append(Fact(type.element, type.shape.map { Shape([rounds] + $0.dimensions) }))
    }
    return facts
  }

  private static var truth: DenseTensor {
    let truth = DenseTensor(.bool, [], buffer: TensorBuffer(byteCount: 1))
    truth.mutableElements(as: UInt8.self)[0] = 1
    return truth
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let limit = try context.optionalIntegers(0)?.first
    var condition = context.has(1) ? try context.value(1) : .tensor(Self.truth)
    // Without a condition at the start, what the body says of it is ignored.
    let isConditional = context.has(1)
    var carried: [RuntimeValue] = []
    for index in 0..<carriedCount { carried.append(try context.value(2 + index)) }
    var collected = [[RuntimeValue]](repeating: [], count: body.outputs.count - 1 - carriedCount)
    var round = 0
    guard limit != nil || isConditional else { throw .unsupported("a loop without an end") }
    while round < limit ?? .max {
      if isConditional, !(try condition.truth(input: 1)) { break }
      let results = try context.runSubgraph(body, [.tensor(.int64([round], [])), condition] + carried)
      guard results.count == body.outputs.count else {
        throw .attributeValue("body", reason: "outputs are missing")
      }
      condition = results[0]
      carried = Array(results[1..<1 + carriedCount])
      for index in collected.indices { collected[index].append(results[1 + carriedCount + index]) }
      round += 1
    }
    for (index, value) in carried.enumerated() { context.forward(value, to: index) }
    for (index, values) in collected.enumerated() where context.wants(carriedCount + index) {
      let output =
        values.isEmpty
        ? try emptyOutput(context, carriedCount + index)
        : try joined(values, along: 0, isNew: true, limit: context.limit)
      context.forward(output, to: carriedCount + index)
    }
  }

  /// Nothing collected: of the type that the body's output declares, with extents of 0 where those are not known.
  private func emptyOutput(_ context: KernelContext, _ index: Int) throws(OperatorError) -> RuntimeValue {
    guard case .tensor(let element, let dimensions)? = body[body.outputs[1 + index]].declared else {
      throw .unsupported("a loop without rounds that collects values of unknown type")
    }
    let extents = DeclaredType.tensor(element, dimensions).bound(by: [:]).tensor?.shape?.dimensions ?? []
    let all = [0] + extents.map { $0 ?? 0 }
    if element == .string { return .strings(StringTensor(dimensions: all, elements: [])) }
    return .tensor(try DenseTensor(element, all, limit: context.limit))
  }
}
