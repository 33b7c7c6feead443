internal import Network

/// 1 with the probability that the input gives, else 0.
struct Bernoulli: Operator {
  static let name = "Bernoulli"
  private let element: ElementType?
  private let seed: Float?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    element = try attributes.elementType("dtype")
    seed = try attributes.float("seed")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    return [Fact(element ?? data.element, data.shape)]
  }

  /// A draw and a comparison per element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    var source = RandomSource(seed: seed)
    output.store(try context.input(0).doubles(input: 0).map { source.uniform() < $0 ? 1 : 0 })
  }
}
