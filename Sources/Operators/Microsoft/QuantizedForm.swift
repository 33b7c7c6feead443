internal import Network

/// Where the scale and the zero point of an 8-bit operand stand among a node's inputs; no zero point is 0.
struct QuantizedOperand {
  var data: Int
  var scale: Int
  var zeroPoint: Int
}

/// An operator of com.microsoft that does what a floating-point operator does, on 8-bit numbers that stand for
/// `scale * (q - zero point)`.
protocol QuantizedForm: Operator {
  associatedtype Base: Operator
  var base: Base { get }
  func operands(count: Int) -> [QuantizedOperand]
  /// Scale and zero point of the output; its data are the node's first output.
  var result: QuantizedOperand { get }
}

extension QuantizedForm {
  package static var domain: String { "com.microsoft" }
  package var role: Role { base.role == .activation ? .activation : .layer }

  private func realFacts(_ facts: [Fact?]) -> [Fact?] {
    operands(count: facts.count).map { operand in
      let fact = operand.data < facts.count ? facts[operand.data] : nil
      return fact?.tensor.map { Fact(.float32, $0.shape) }
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let operands = operands(count: inputs.count)
    guard let first = operands.first else { throw .missingInput(0) }
    let element = try inputs.tensor(first.data, of: IntegerOperand.elementTypes).element
    for operand in operands + [result] {
      if operand.data >= 0 { _ = try inputs.tensor(operand.data, of: [element]) }
      for index in [operand.scale, operand.zeroPoint] {
        if let count = try inputs.optionalTensor(index)?.elementCount, count != 1 {
          throw .shape(input: index, reason: "not a scalar")
        }
      }
      _ = try inputs.tensor(operand.scale, of: [.float32])
    }
    return [Fact(element, try base.infer(InferenceInputs(realFacts(inputs.facts))).first?.shape)]
  }

  /// That of the operator itself; beside it a difference and a product for each element read, and a product, rounding,
  /// zero point and two limits for each one written.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let facts = realFacts(inputs)
    let real = outputs.map { Fact(.float32, $0.shape) }
    guard var cost = try base.cost(inputs: facts, outputs: real),
      let count = outputs.first?.shape?.elementCount
    else { return nil }
    for fact in facts {
      guard let read = fact?.shape?.elementCount else { return nil }
      cost.elementwiseOperations = try sum(cost.elementwiseOperations, product(read, 2))
    }
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, product(count, 5))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let place = operands(count: inputs.count).firstIndex(where: { $0.data == index }) else {
      return .none
    }
    return base.reach(into: place, inputs: realFacts(inputs), outputs: outputs)
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    var inputs: [RuntimeValue?] = []
    for operand in operands(count: context.inputs.count) {
      inputs.append(.tensor(try context.dequantized(operand)))
    }
    let inner = KernelContext(inputs: inputs, outputCount: 1, limit: context.limit)
    try base.run(inner)
    guard let real = inner.outputs[0]?.tensor else { throw .unsupported("an output that is missing") }
    let (scale, zero) = try context.quantization(result)
    let output = try context.output(0, types[0].element, real.dimensions)
    try Quantization.store(real.elements(as: Float.self), to: output, scale: scale, zeroPoint: zero)
  }
}

extension KernelContext {
  /// Scale and zero point, each one number.
  func quantization(_ operand: QuantizedOperand) throws(OperatorError) -> (scale: Float, zeroPoint: Int) {
    let scale = try values(of: input(operand.scale), as: Float.self, input: operand.scale)
    guard scale.count == 1 else { throw .shape(input: operand.scale, reason: "not a scalar") }
    let zero = try optionalIntegers(operand.zeroPoint)
    guard zero?.count ?? 1 == 1 else { throw .shape(input: operand.zeroPoint, reason: "not a scalar") }
    return (scale[0], zero?[0] ?? 0)
  }

  func dequantized(_ operand: QuantizedOperand) throws(OperatorError) -> DenseTensor {
    let (scale, zero) = try quantization(operand)
    let data = try input(operand.data)
    guard let values = data.integers else { throw .elementType(input: operand.data, found: data.element) }
    let target = try DenseTensor(.float32, data.dimensions, limit: limit)
    let elements = target.mutableElements(as: Float.self)
    for (index, value) in values.enumerated() { elements[index] = Float(value - zero) * scale }
    return target
  }
}

/// Rounding to 8-bit numbers.
enum Quantization {
  /// The integers nearest to `value / scale + zero point`, ties to even, within the range of `output`'s type.
  static func store(
    _ values: UnsafeBufferPointer<Float>, to output: DenseTensor, scale: Float, zeroPoint: Int
  ) throws(OperatorError) {
    guard output.element == .int8 || output.element == .uint8 else {
      throw .unsupported("a quantised result of the type \(output.element.name)")
    }
    let isSigned = output.element == .int8
    let (low, high): (Float, Float) = isSigned ? (-128, 127) : (0, 255)
    let bytes = output.mutableElements(as: UInt8.self)
    for (index, value) in values.enumerated() {
      let scaled = (value / scale).rounded(.toNearestOrEven) + Float(zeroPoint)
      let bounded = min(max(scaled.isNaN ? Float(zeroPoint) : scaled, low), high)
      bytes[index] = isSigned ? UInt8(bitPattern: Int8(bounded)) : UInt8(bounded)
    }
  }
}
