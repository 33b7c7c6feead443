internal import Network

/// The number of elements of its input, as an int64 scalar.
struct Size: Operator {
  static let name = "Size"
  let role = Role.constant
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let count = try inputs.tensor(0).elementCount else { return [Fact(.int64, .scalar)] }
    return [Fact(.int64([count], []))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let facts = try infer(InferenceInputs(context.facts))
    context.forward(facts.first?.constant.map(RuntimeValue.tensor), to: 0)
  }
}
