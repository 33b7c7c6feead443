internal import Network

/// A sequence of the inputs.
struct SequenceConstruct: Operator {
  static let name = "SequenceConstruct"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let first = try inputs.tensor(0)
    var runs: [SequenceType.Run] = []
    for index in 0..<max(inputs.count, 1) {
      let next = try inputs.tensor(index)
      guard next.element == first.element else { throw .elementType(input: index, found: next.element) }
      runs.append(.init(.tensor(next), 1))
    }
    return [Fact(.sequence(SequenceType(of: runs, orEmptyOf: .tensor(first))))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    var values: [RuntimeValue] = []
    for index in context.inputs.indices { values.append(try context.value(index)) }
    context.forward(.sequence(values), to: 0)
  }
}
