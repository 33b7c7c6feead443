internal import Network

/// 1 where an element is above the threshold, else 0.
struct Binarizer: Operator {
  static let name = "Binarizer"
  static let domain = "ai.onnx.ml"
  let role = Role.activation
  private let threshold: Float

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    threshold = try attributes.float("threshold", default: 0)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.tensor(try inputs.tensor(0, of: FeatureRows.elementTypes)))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    let values = try input.doubles(input: 0)
    try context.output(0, input.element, input.dimensions)
      .store(values.map { $0 > Double(threshold) ? 1 : 0 })
  }
}
