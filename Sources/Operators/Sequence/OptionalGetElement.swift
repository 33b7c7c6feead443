internal import Network

/// The value in an optional one; anything else as it is.
struct OptionalGetElement: Operator {
  static let name = "OptionalGetElement"
  let role = Role.view
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let fact = try inputs.required(0)
    if case .optional(let element) = fact.type { return [Fact(element)] }
    return [fact]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let value = try context.value(0)
    guard case .optional(let content) = value else { return context.forward(value, to: 0) }
    guard let content else { throw .value(input: 0, reason: "an optional value that is missing") }
    context.forward(content, to: 0)
  }
}
