internal import Network

/// One value in every place of the shape asked for.
struct ConstantOfShape: Operator {
  static let name = "ConstantOfShape"
  let role = Role.constant
  private let value: DenseTensor

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let tensor = try attributes.tensor("value") else {
      value = .float32([0])
      return
    }
    guard tensor.elementCount == 1 else { throw .attributeValue("value", reason: "not one element") }
    value = try DenseTensor(tensor)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    switch try IntegersParameter.input(0).content(inputs) {
    case .absent: throw .missingInput(0)
    case .unknown(let count):
      return [Fact(value.element, count.map { Shape([Dimension](repeating: nil, count: $0)) })]
    case .known(let extents):
      guard extents.allSatisfy({ $0 >= 0 }) else { throw .value(input: 0, reason: "a negative extent") }
      return [Fact(value.element, Shape(extents))]
    }
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? { .free }
  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let output = try makeOutput(context)
    guard output.element.bits % 8 == 0 else {
      return output.pack(repeatElement(value.unpacked[0], count: output.elementCount))
    }
    copyStrided(
      extents: [output.elementCount], width: output.width, from: value.bytes, strides: [0], to: output.bytes,
      strides: [1])
  }
}
