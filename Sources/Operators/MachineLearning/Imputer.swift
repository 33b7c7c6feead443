internal import Network

/// The input with a value that stands for "missing" replaced: by one number, or by one for each column.
struct Imputer: Operator {
  static let name = "Imputer"
  static let domain = "ai.onnx.ml"
  let role = Role.activation
  private let replacement: [Double]
  private let missing: Double

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    if let values = try attributes.floats("imputed_value_floats"), !values.isEmpty {
      replacement = values.map(Double.init)
      missing = Double(try attributes.float("replaced_value_float", default: 0))
    } else if let values = try attributes.integers("imputed_value_int64s"), !values.isEmpty {
      replacement = values.map { Double($0) }
      missing = Double(try attributes.integer("replaced_value_int64", default: 0))
    } else {
      throw .missingAttribute("imputed_value_floats")
    }
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: FeatureRows.elementTypes)
    if let columns = input.shape?.dimensions.last ?? nil, replacement.count != 1, replacement.count != columns
    {
      throw .shape(input: 0, reason: "\(columns) columns for \(replacement.count) replacements")
    }
    return [Fact(.tensor(input))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    var values = try input.doubles(input: 0)
    for index in values.indices where missing.isNaN ? values[index].isNaN : values[index] == missing {
      values[index] = replacement[index % replacement.count]
    }
    try context.output(0, input.element, input.dimensions).store(values)
  }
}
