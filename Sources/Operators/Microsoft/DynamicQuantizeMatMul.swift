internal import Network

/// As MatMulIntegerToFloat, A being quantised to uint8 by its own range on the way.
struct DynamicQuantizeMatMul: Operator {
  static let name = "DynamicQuantizeMatMul"
  static let domain = "com.microsoft"
  let role = Role.matrixLayer
  private let quantizer: DynamicQuantizeLinear

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    quantizer = try DynamicQuantizeLinear(attributes)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let left = try inputs.tensor(0, of: [.float32])
    let right = try inputs.tensor(1, of: IntegerOperand.elementTypes)
    _ = try inputs.tensor(2, of: [.float32])
    guard let a = left.shape, let b = right.shape else { return [Fact(.float32, nil)] }
    return [Fact(.float32, try MatMulShape(a, b).output)]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let rows = inputs[0]?.shape?.elementCount,
      var cost = try ScaledProduct.cost(
        inputs[0]?.shape, inputs[1]?.shape, hasBias: inputs.count > 4 && inputs[4] != nil)
    else { return nil }
    // As DynamicQuantizeLinear.
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, product(rows, 6))
    return cost
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index < 2 ? .whole : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    guard let extents = try context.outputTypes(of: self)[0].shape?.known else { return }
    let inner = KernelContext(inputs: [context.inputs[0]], outputCount: 3, limit: context.limit)
    try quantizer.run(inner)
    guard let a = inner.outputs[0]?.tensor, let scale = inner.outputs[1]?.tensor,
      let zero = inner.outputs[2]?.tensor
    else { throw .missingInput(0) }
    let b = try context.input(1)
    let product = ScaledProduct(
      left: try IntegerOperand(a, zeroPoint: zero, axis: -1, input: 0),
      right: try IntegerOperand(b, zeroPoint: context.optionalInput(3), axis: b.rank - 1, input: 3))
    try product.run(
      context.output(0, .float32, extents).mutableElements(as: Float.self),
      scale: scale.elements(as: Float.self)[0],
      rightScale: context.values(of: context.input(2), as: Float.self, input: 2),
      bias: context.optionalFloats(4))
  }
}
