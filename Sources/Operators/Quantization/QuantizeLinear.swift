internal import Network

/// `saturate(round(x / scale) + zero)`, halves to the even number.
struct QuantizeLinear: Operator {
  static let name = "QuantizeLinear"
  private let layout: QuantizationLayout
  private let rounding: ElementRounding
  private let outputType: ElementType?
  /// The type that the division is done in; nil for that of the scale.
  private let precision: ElementType?

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    layout = try QuantizationLayout(attributes)
    rounding = ElementRounding(saturate: try attributes.flag("saturate", default: true))
    outputType = try attributes.givenType("output_dtype")
    precision = try attributes.givenType("precision")
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let (data, scale) = (try inputs.tensor(0), try inputs.tensor(1))
    try layout.check(scale.shape, for: data.shape)
    let zero = inputs.has(2) ? try inputs.tensor(2).element : nil
    if let zero, let outputType, zero != outputType { throw .elementType(input: 2, found: zero) }
    return [Fact(zero ?? outputType ?? .uint8, data.shape)]
  }

  /// A division, a rounding, an addition and a clamp per element.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 4)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .same : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let (input, scale, output) = (try context.input(0), try context.input(1), try makeOutput(context))
    let (scales, zeros) = try context.quantizationParameters()
    var values = try input.doubles(input: 0)
    let range = output.element.quantizedRange
    let dividesIn = precision ?? scale.element
    try layout.forEach(input.dimensions, scale: scale.dimensions) { element, place in
      let quotient = dividesIn.rounded(values[element] / scales[place])
      guard let range else {
        values[element] = quotient + zeros[place]
        return
      }
      let shifted = quotient.rounded(.toNearestOrEven) + zeros[place]
      values[element] = shifted.isNaN ? 0 : min(max(shifted, range.lowerBound), range.upperBound)
    }
    output.store(.floats(values), rounding)
  }
}

extension ElementType {
  /// A quotient as arithmetic in this type gives it.
  fileprivate func rounded(_ value: Double) -> Double {
    switch self {
    case .float32, .int32: Double(Float(value))
    case .float16: Double(Half(Float(value)).value)
    case .bfloat16: Double(BFloat16(Float(value)).value)
    default: value
    }
  }
}
