internal import Network

/// `(x - zero) * scale`.
struct DequantizeLinear: Operator {
  static let name = "DequantizeLinear"
  private let layout: QuantizationLayout
  private let outputType: ElementType?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    layout = try QuantizationLayout(attributes)
    outputType = try attributes.givenType("output_dtype")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, scale) = (try inputs.tensor(0), try inputs.tensor(1))
    try layout.check(scale.shape, for: data.shape)
    return [Fact(outputType ?? scale.element, data.shape)]
  }

  /// A subtraction and a multiplication per element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (input, scale, output) = (try context.input(0), try context.input(1), try makeOutput(context))
    let (scales, zeros) = try context.quantizationParameters()
    var values = try input.doubles(input: 0)
    try layout.forEach(input.dimensions, scale: scale.dimensions) { element, place in
      values[element] = (values[element] - zeros[place]) * scales[place]
    }
    output.store(values)
  }
}
