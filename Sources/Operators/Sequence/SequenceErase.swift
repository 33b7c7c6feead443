internal import Network

/// A sequence without its last element, or without that at a given place.
struct SequenceErase: Operator {
  static let name = "SequenceErase"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.sequence(try inputs.sequence(0).removing(at: inputs.position(1, default: -1))))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    var values = try context.sequence(0)
    let position = try context.optionalIntegers(1)?.first ?? -1
    values.remove(at: try checkedIndex(position, extent: values.count, input: 1))
    context.forward(.sequence(values), to: 0)
  }
}
