internal import Network

/// The number of elements of a sequence, as an int64 scalar.
struct SequenceLength: Operator {
  static let name = "SequenceLength"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let length = try inputs.sequence(0).length else { return [Fact(.int64, .scalar)] }
    return [Fact(.int64([length], []))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }

  func run(_ context: KernelContext) throws(OperatorError) {
    context.forward(.tensor(.int64([try context.sequence(0).count], [])), to: 0)
  }
}
