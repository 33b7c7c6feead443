internal import Network

/// Minus the logarithm of the target class's probability, weighted by class.
struct NegativeLogLikelihoodLoss: Operator {
  static let name = "NegativeLogLikelihoodLoss"
  private let loss: ClassLoss

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) { loss = try ClassLoss(attributes) }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { [try loss.infer(inputs)] }

  /// A multiplication and an addition for each target.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.count > 1 ? inputs[1]?.tensor : nil, 2)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    loss.reduction == .none ? .same : .whole
  }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    output.store(try loss.losses(try input.doubles(input: 0), input.dimensions, context))
  }
}
