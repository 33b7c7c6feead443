internal import Network

/// A graph applied to each element of a sequence; other sequences pass element by element, tensors as they are.
struct SequenceMap: Operator {
  static let name = "SequenceMap"
  private let body: Graph

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { body = try attributes.graph("body") }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let sequence = try inputs.sequence(0)
    var facts = [Fact(sequence.element)]
    for index in 1..<max(inputs.count, 1) {
      let fact = try inputs.required(index)
      if case .sequence(let other) = fact.type {
        facts.append(Fact(other.element))
      } else {
        facts.append(fact)
      }
    }
    let length = sequence.length ?? inputs.rounds.map { max($0, 0) }
    // What holds for every element is found out once.
    return try inputs.inferSubgraph(body, facts).map { result in
      let type = result.type
      return Fact(.sequence(length.map { SequenceType(repeating: type, count: $0) } ?? SequenceType(type)))
    }
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let count = try context.sequence(0).count
    var results = [[RuntimeValue]](repeating: [], count: body.outputs.count)
    for element in 0..<count {
      var values: [RuntimeValue] = []
      for index in context.inputs.indices {
        let value = try context.value(index)
        guard case .sequence(let elements) = value else {
          values.append(value)
          continue
        }
        guard elements.count == count else {
          throw .value(input: index, reason: "sequences of different lengths")
        }
        values.append(elements[element])
      }
      for (output, value) in zip(results.indices, try context.runSubgraph(body, values)) {
        results[output].append(value)
      }
    }
    for (index, values) in results.enumerated() { context.forward(.sequence(values), to: index) }
  }
}
