internal import Network

/// Which elements are infinite, of the signs asked for.
struct IsInf: Operator {
  static let name = "IsInf"
  let role = Role.activation
  private let detectsNegative: Bool
  private let detectsPositive: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    detectsNegative = try attributes.flag("detect_negative", default: true)
    detectsPositive = try attributes.flag("detect_positive", default: true)
  }

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
    for (index, value) in try input.doubles(input: 0).enumerated() {
      let detected = value < 0 ? detectsNegative : detectsPositive
      target[index] = value.isInfinite && detected ? 1 : 0
    }
  }
}
