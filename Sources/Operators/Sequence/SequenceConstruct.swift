internal import Network

/// A sequence of the inputs.
struct SequenceConstruct: Operator {
  static let name = "SequenceConstruct"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    var element = ValueType.tensor(try inputs.tensor(0))
    for index in 1..<max(inputs.count, 1) {
      let next = try inputs.tensor(index)
      guard let merged = element.merged(with: .tensor(next)) else {
        throw .elementType(input: index, found: next.element)
      }
      element = merged
    }
    return [Fact(.sequence(element))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    var values: [RuntimeValue] = []
    for index in context.inputs.indices { values.append(try context.value(index)) }
    context.forward(.sequence(values), to: 0)
  }
}
