internal import Network

/// An operator on 8-bit numbers that stand for `scale * (q - zero point)`: another operator on what they stand for, its
/// result rounded to such numbers again, halves to even.
protocol QLinearOperator: Operator {
  var inner: any Operator { get }
  /// The inputs that are tensors of 8-bit numbers; each is followed by its scale and its zero point.
  static func operands(of count: Int) -> [Int]
  /// The input that is the result's scale; the zero point follows.
  static var result: Int { get }
}

extension QLinearOperator {
  package static var domain: String { "com.microsoft" }
  package var role: Role { inner.role }
  static func operands(of count: Int) -> [Int] { [0] }
  static var result: Int { 3 }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let places = Self.operands(of: inputs.count)
    guard let first = places.first else { throw .missingInput(0) }
    let element = try inputs.tensor(first, of: IntegerOperand.elementTypes).element
    var facts: [Fact?] = []
    for place in places + [Self.result - 1] {
      if inputs.has(place + 2) { _ = try inputs.tensor(place + 2, of: [element]) }
    }
    for place in places {
      facts.append(Fact(.float32, try inputs.tensor(place, of: [element]).shape))
      if let count = try inputs.tensor(place + 1, of: [.float32]).elementCount, count != 1 {
        throw .shape(input: place + 1, reason: "not a scalar")
      }
    }
    _ = try inputs.tensor(Self.result, of: [.float32])
    let shape = try inner.infer(InferenceInputs(facts)).first?.shape
    return [Fact(element, shape)]
  }

  /// A subtraction and a product for each number read, a division, a rounding, an addition and a clamp for each written.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    var facts: [Fact?] = []
    var read = 0
    for place in Self.operands(of: inputs.count) {
      guard let shape = inputs[place]?.shape, let count = shape.elementCount else { return nil }
      facts.append(Fact(.float32, shape))
      read = try sum(read, product(count, 2))
    }
    guard let shape = outputs.first?.shape, let count = shape.elementCount,
      var cost = try inner.cost(inputs: facts, outputs: [Fact(.float32, shape)])
    else { return nil }
    cost.elementwiseOperations = try sum(cost.elementwiseOperations, sum(read, product(count, 4)))
    return cost
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    let places = Self.operands(of: inputs.count)
    guard let operand = places.firstIndex(of: index) else { return .none }
    return inner.reach(into: operand, inputs: places.map { inputs[$0] }, outputs: outputs)
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    _ = try context.outputTypes(of: self)
    var values: [RuntimeValue?] = []
    for place in Self.operands(of: context.inputs.count) {
      values.append(.tensor(try Self.dequantized(context, place)))
    }
    let nested = KernelContext(inputs: values, outputCount: 1, limit: context.limit)
    try inner.run(nested)
    guard let result = nested.outputs[0]?.tensor else { throw .missingInput(0) }
    let element = try context.input(Self.operands(of: context.inputs.count)[0]).element
    let (scale, zero) = try Self.parameters(context, Self.result)
    let target = try context.output(0, element, result.dimensions)
    let (low, high): (Float, Float) = element == .int8 ? (-128, 127) : (0, 255)
    let numbers = target.mutableElements(as: UInt8.self)
    for (index, value) in result.elements(as: Float.self).enumerated() {
      let steps = (value / scale).rounded(.toNearestOrEven) + zero
      numbers[index] = UInt8(truncatingIfNeeded: Int(steps.isNaN ? zero : min(max(steps, low), high)))
    }
  }

  /// The attributes as the ONNX operator of that name reads them.
  static func reader(_ attributes: borrowing AttributeReader, inputs: Int = 1) -> AttributeReader {
    AttributeReader(attributes.attributes, version: 18, inputCount: inputs, outputCount: 1)
  }

  private static func dequantized(_ context: KernelContext, _ place: Int) throws(OperatorError) -> DenseTensor
  {
    let tensor = try context.input(place)
    let (scale, zero) = try parameters(context, place + 1)
    let result = try DenseTensor(.float32, tensor.dimensions, limit: context.limit)
    let target = result.mutableElements(as: Float.self)
    for (index, value) in try tensor.doubles(input: place).enumerated() {
      target[index] = (Float(value) - zero) * scale
    }
    return result
  }

  /// A scale and the zero point behind it, which is 0 where it is left out.
  private static func parameters(
    _ context: KernelContext, _ place: Int
  ) throws(OperatorError) -> (scale: Float, zero: Float) {
    let scales = try context.input(place).doubles(input: place)
    let zeros = try context.optionalInput(place + 1)?.doubles(input: place + 1) ?? [0]
    guard scales.count == 1, zeros.count == 1 else { throw .shape(input: place, reason: "not a scalar") }
    return (Float(scales[0]), Float(zeros[0]))
  }
}
