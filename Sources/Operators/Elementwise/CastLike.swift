internal import Network

/// The numbers of the first input in the element type of the second.
struct CastLike: Operator {
  static let name = "CastLike"
  let role = Role.activation
  private let rounding: ElementRounding

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    rounding = try ElementRounding(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(try inputs.tensor(1).element, try inputs.tensor(0).shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    if context.inputs.count > 1, case .strings? = context.inputs[1] {
      return try convert(context, to: .string, rounding)
    }
    try convert(context, to: try context.input(1).element, rounding)
  }
}
