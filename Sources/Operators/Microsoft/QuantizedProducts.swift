internal import Network

/// A matrix product of 8-bit integers whose sums are scaled to floating point: what the operators below share.
struct ScaledProduct {
  var left: IntegerOperand
  var right: IntegerOperand

  /// `left * right * leftScale * rightScale + bias`; the right scale is one number or one for each column.
  func run(
    _ output: UnsafeMutableBufferPointer<Float>, scale: Float, rightScale: UnsafeBufferPointer<Float>,
    bias: UnsafeBufferPointer<Float>?
  ) throws(OperatorError) {
    let kernel = try MatMulKernel(left.dimensions, right.dimensions)
    var sums = [Int32](repeating: 0, count: output.count)
    sums.withUnsafeMutableBufferPointer { kernel.run(left.values, right.values, $0) }
    let columns = max(kernel.columns, 1)
    guard rightScale.count == 1 || rightScale.count == columns, bias.map({ $0.count == columns }) ?? true
    else { throw .shape(input: 1, reason: "scales or biases for another number than \(columns) columns") }
    for index in output.indices {
      let column = index % columns
      let factor = scale * rightScale[rightScale.count == 1 ? 0 : column]
      output[index] = Float(sums[index]) * factor + (bias?[column] ?? 0)
    }
  }

  /// A product, a scale for each result, and the bias where there is one.
  static func cost(_ left: Shape?, _ right: Shape?, hasBias: Bool) throws(OperatorError) -> Cost? {
    guard let left, let right else { return nil }
    let shape = try MatMulShape(left, right)
    guard let macs = try shape.macs, let count = shape.output.elementCount else { return nil }
    return Cost(macs: macs, elementwiseOperations: try product(count, hasBias ? 2 : 1))
  }
}

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

extension KernelContext {
  /// The elements of a floating-point input that may be left out.
  func optionalFloats(_ index: Int) throws(OperatorError) -> UnsafeBufferPointer<Float>? {
    guard let tensor = try optionalInput(index) else { return nil }
    return try values(of: tensor, as: Float.self, input: index)
  }
}
