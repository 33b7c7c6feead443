internal import Network

/// Each element kept within a least and a greatest value, either of which may be absent.
///
/// They are attributes up to version 10 and scalar inputs from version 11 on.
package struct Clip: Operator {
  package static let name = "Clip"
  package let role = Role.activation
  /// The bounds that stand in the attributes; nil where there are none, or where they are inputs.
  package let minimum: Float?
  package let maximum: Float?

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    let areAttributes = attributes.version < 11
    minimum = areAttributes ? try attributes.float("min") : nil
    maximum = areAttributes ? try attributes.float("max") : nil
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let type = try inputs.tensor(0, of: ElementType.numbers)
    for index in 1...2 {
      guard let bound = try inputs.optionalTensor(index) else { continue }
      guard bound.element == type.element else { throw .elementType(input: index, found: bound.element) }
      if let count = bound.elementCount, count != 1 { throw .shape(input: index, reason: "not a scalar") }
    }
    return [Fact(.tensor(type))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, 2)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    _ = try context.outputTypes(of: self)
    switch try context.input(0).element {
    case .float32: try clip(context, Float.self)
    case .float64: try clip(context, Double.self)
    case .int8: try clip(context, Int8.self)
    case .int16: try clip(context, Int16.self)
    case .int32: try clip(context, Int32.self)
    case .int64: try clip(context, Int64.self)
    case .uint8: try clip(context, UInt8.self)
    case .uint16: try clip(context, UInt16.self)
    case .uint32: try clip(context, UInt32.self)
    case .uint64: try clip(context, UInt64.self)
    default: try clipSixteenBits(context)
    }
  }

  private func clip<Value: Arithmetic>(_ context: KernelContext, _: Value.Type) throws(OperatorError) {
    let input = try context.input(0)
    let output = try context.output(0, input.element, input.dimensions)
    let low = try bound(context, 1, minimum, as: Value.self)
    let high = try bound(context, 2, maximum, as: Value.self)
    let source = input.elements(as: Value.self)
    let target = output.mutableElements(as: Value.self)
    for index in source.indices {
      var value = source[index]
      // The greatest value wins where the two contradict each other.
      if let low, value < low { value = low }
      if let high, value > high { value = high }
      target[index] = value
    }
  }

  private func bound<Value: Arithmetic>(
    _ context: KernelContext, _ index: Int, _ attribute: Float?, as _: Value.Type
  ) throws(OperatorError) -> Value? {
    if let tensor = try context.optionalInput(index) { return tensor.elements(as: Value.self)[0] }
    guard let attribute else { return nil }
    return (attribute as? Value) ?? (Double(attribute) as? Value)
  }

  private func clipSixteenBits(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    let source = try context.values(of: input, as: Float.self, input: 0)
    let low = try context.optionalInput(1).map { tensor throws(OperatorError) in
      try context.values(of: tensor, as: Float.self, input: 1)[0]
    }
    let high = try context.optionalInput(2).map { tensor throws(OperatorError) in
      try context.values(of: tensor, as: Float.self, input: 2)[0]
    }
    let clipped = try DenseTensor(.float32, input.dimensions, limit: context.limit)
    let target = clipped.mutableElements(as: Float.self)
    let least = low ?? minimum ?? -.infinity
    let greatest = high ?? maximum ?? .infinity
    for index in source.indices { target[index] = min(max(source[index], least), greatest) }
    try context.output(0, input.element, input.dimensions).store(UnsafeBufferPointer(target), input: 0)
  }
}
