internal import Network

/// `alpha * A * B + C` of 8-bit operands less their zero points, C being 32-bit sums; rounded to 8 bits where the output
/// has a scale.
struct QGemm: Operator {
  static let name = "QGemm"
  static let domain = "com.microsoft"
  let role = Role.matrixLayer
  private let base: Gemm
  private var alpha: Float { base.alpha }

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    base = try Gemm(attributes.asVersion(13))
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let a = try inputs.tensor(0, of: IntegerOperand.elementTypes)
    let b = try inputs.tensor(3, of: IntegerOperand.elementTypes)
    let extents = try base.extents(a.shape, b.shape)
    let element = try inputs.has(7) ? inputs.optionalTensor(8)?.element ?? a.element : .float32
    return [Fact(element, [extents.rows, extents.columns])]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 3 else { return nil }
    let extents = try base.extents(inputs[0]?.shape, inputs[3]?.shape)
    guard let known = Shape([extents.rows, extents.columns, extents.depth]).known else { return nil }
    let perElement =
      (inputs.count > 6 && inputs[6] != nil ? 1 : 0) + (inputs.count > 7 && inputs[7] != nil ? 5 : 1)
    return Cost(
      macs: try product(known), elementwiseOperations: try product([known[0], known[1], perElement]))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    guard let extents = types[0].shape?.known, extents.count == 2 else {
      throw .unsupported("unknown extents")
    }
    let (a, b) = (try context.input(0), try context.input(3))
    let columnAxis = base.transposesB ? 0 : 1
    let left = try IntegerOperand(a, zeroPoint: context.optionalInput(2), axis: -1, input: 2)
    let right = try IntegerOperand(b, zeroPoint: context.optionalInput(5), axis: columnAxis, input: 5)
    let scaleA = try context.values(of: context.input(1), as: Float.self, input: 1)
    let scaleB = try context.values(of: context.input(4), as: Float.self, input: 4)
    guard scaleA.count == 1, scaleB.count == 1 || scaleB.count == extents[1] else {
      throw .shape(input: 4, reason: "\(scaleB.count) scales for \(extents[1]) columns")
    }
    let sums = try sums(left, right, context, extents)
    let real = try DenseTensor(.float32, extents, limit: context.limit)
    let values = real.mutableElements(as: Float.self)
    for index in values.indices {
      values[index] =
        Float(sums[index]) * alpha * scaleA[0] * scaleB[scaleB.count == 1 ? 0 : index % extents[1]]
    }
    guard context.has(7) else { return context.forward(.tensor(real), to: 0) }
    let (scale, zero) = try context.quantization(QuantizedOperand(data: -1, scale: 7, zeroPoint: 8))
    let output = try context.output(0, types[0].element, extents)
    try Quantization.store(UnsafeBufferPointer(values), to: output, scale: scale, zeroPoint: zero)
  }

  private func sums(
    _ left: IntegerOperand, _ right: IntegerOperand, _ context: KernelContext, _ extents: [Int]
  ) throws(OperatorError) -> [Int32] {
    func tensor(_ operand: IntegerOperand) throws(OperatorError) -> RuntimeValue {
      let tensor = try DenseTensor(.int32, operand.dimensions, limit: context.limit)
      _ = tensor.mutableElements(as: Int32.self).update(fromContentsOf: operand.values)
      return .tensor(tensor)
    }
    let plain = try Gemm(
      AttributeReader(
        [
          Attribute("transA", .integer(base.transposesA ? 1 : 0)),
          Attribute("transB", .integer(base.transposesB ? 1 : 0)),
        ], version: 13, inputCount: 3, outputCount: 1))
    let addend = context.has(6) ? context.inputs[6] : nil
    let inner = KernelContext(
      inputs: [try tensor(left), try tensor(right), addend], outputCount: 1, limit: context.limit)
    try plain.run(inner)
    guard let result = inner.outputs[0]?.tensor, result.element == .int32 else { throw .missingInput(0) }
    return Array(result.elements(as: Int32.self))
  }
}
