internal import Network

/// `(x - offset) * scale`, each one number or one for each column.
struct Scaler: Operator {
  static let name = "Scaler"
  static let domain = "ai.onnx.ml"
  let role = Role.activation
  private let scale: [Float]
  private let offset: [Float]

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    scale = try attributes.floats("scale") ?? [1]
    offset = try attributes.floats("offset") ?? [0]
    guard !scale.isEmpty, !offset.isEmpty else { throw .attributeValue("scale", reason: "it is empty") }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: FeatureRows.elementTypes)
    if let columns = input.shape?.dimensions.last ?? nil {
      for list in [scale, offset] where list.count != 1 && list.count != columns {
        throw .shape(input: 0, reason: "\(columns) columns for \(list.count) factors")
      }
    }
    return [Fact(.float32, input.shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    var values = try input.doubles(input: 0)
    for index in values.indices {
      values[index] =
        (values[index] - Double(offset[index % offset.count])) * Double(scale[index % scale.count])
    }
    try context.output(0, .float32, input.dimensions).store(values)
  }
}
