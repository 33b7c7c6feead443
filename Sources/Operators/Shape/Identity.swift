internal import Network

/// Its input, whatever it is.
struct Identity: Operator {
  static let name = "Identity"
  let role = Role.view
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { [try inputs.required(0)] }
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    guard let value = context.inputs.first ?? nil else { throw .missingInput(0) }
    context.forward(value, to: 0)
  }
}

extension Identity: DifferentiableOperator {
  func differentiate(_ d: inout Derivation) throws(OperatorError) {
    try d.give(0) { _ in .gradient(0) }
  }
}
