internal import Network

/// One element of a sequence.
struct SequenceAt: Operator {
  static let name = "SequenceAt"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(try inputs.sequence(0).element(at: inputs.position(1, default: nil)))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    let values = try context.sequence(0)
    guard let position = try context.integers(1).first else {
      throw .shape(input: 1, reason: "not one position")
    }
    context.forward(values[try checkedIndex(position, extent: values.count, input: 1)], to: 0)
  }
}
