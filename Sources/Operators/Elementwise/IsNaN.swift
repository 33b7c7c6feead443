internal import Network

/// Which elements are not numbers.
struct IsNaN: Operator {
  static let name = "IsNaN"
  let role = Role.activation
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.bool, try inputs.tensor(0).shape)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    let target = try context.output(0, .bool, input.dimensions).mutableElements(as: UInt8.self)
    for (index, value) in try input.doubles(input: 0).enumerated() { target[index] = value.isNaN ? 1 : 0 }
  }
}
