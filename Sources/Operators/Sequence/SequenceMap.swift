internal import Network

/// A graph applied to each element of a sequence; other sequences pass element by element, tensors as they are.
struct SequenceMap: Operator {
  static let name = "SequenceMap"
  private let body: Graph

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { body = try attributes.graph("body") }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    var facts = [Fact(try inputs.sequence(0))]
    for index in 1..<max(inputs.count, 1) {
      let fact = try inputs.required(index)
      if case .sequence(let element) = fact.type { facts.append(Fact(element)) } else { facts.append(fact) }
    }
    return try inputs.inferSubgraph(body, facts).map { Fact(.sequence($0.type)) }
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
