internal import Network

/// `A * B * a_scale * b_scale + bias` of 8-bit operands less their zero points.
struct MatMulIntegerToFloat: Operator {
  static let name = "MatMulIntegerToFloat"
  static let domain = "com.microsoft"
  let role = Role.matrixLayer
  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {}

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let right = try inputs.tensor(1, of: IntegerOperand.elementTypes)
    let scale = try inputs.tensor(2, of: [.float32, .float16])
    guard let a = left.shape, let b = right.shape else { return [Fact(scale.element, nil)] }
    return [Fact(scale.element, try MatMulShape(a, b).output)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1 else { return nil }
    return try ScaledProduct.cost(
      inputs[0]?.shape, inputs[1]?.shape, hasBias: inputs.count > 6 && inputs[6] != nil)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index < 2 ? .whole : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    guard types[0].element == .float32, let extents = types[0].shape?.known else {
      throw .unsupported("scales of 16 bits")
    }
    let (a, b) = (try context.input(0), try context.input(1))
    let product = ScaledProduct(
      left: try IntegerOperand(a, zeroPoint: context.optionalInput(4), axis: a.rank - 2, input: 4),
      right: try IntegerOperand(b, zeroPoint: context.optionalInput(5), axis: b.rank - 1, input: 5))
    let scale = try context.values(of: context.input(2), as: Float.self, input: 2)
    guard scale.count == 1 else { throw .unsupported("a scale for each row of the left operand") }
    try product.run(
      context.output(0, .float32, extents).mutableElements(as: Float.self), scale: scale[0],
      rightScale: context.values(of: context.input(3), as: Float.self, input: 3),
      bias: context.optionalFloats(6))
  }
}
