internal import Network

/// Columns of the last axis, chosen by indices; a vector gives a matrix of one row.
struct ArrayFeatureExtractor: Operator {
  static let name = "ArrayFeatureExtractor"
  static let domain = "ai.onnx.ml"
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    let chosen = try inputs.tensor(1, of: [.int64]).shape?.elementCount
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    guard shape.rank > 0 else { throw .rank(input: 0, expected: "1 or more", found: 0) }
    let leading = shape.rank == 1 ? [1] : Array(shape.dimensions.dropLast())
    return [Fact(data.element, Shape(leading + [chosen]))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let data = try context.value(0)
    let indices = try context.integers(1)
    let gather = try Gather(
      AttributeReader([Attribute("axis", .integer(-1))], version: 13, inputCount: 2, outputCount: 1))
    let inner = KernelContext(
      inputs: [data, .tensor(.int64(indices))], outputCount: 1, limit: context.limit)
    try gather.run(inner)
    switch inner.outputs[0] {
    case .tensor(let tensor)?:
      context.forward(.tensor(tensor.rank == 1 ? tensor.reshaped([1, indices.count]) : tensor), to: 0)
    case .strings(var strings)?:
      if strings.dimensions.count == 1 { strings.dimensions = [1, indices.count] }
      context.forward(.strings(strings), to: 0)
    default: throw .unsupported("data that is not a tensor")
    }
  }
}
