internal import Network

/// An operator whose kernel is one generic function over the type of its first input's elements.
///
/// The switch stands here once. Each case is code of its own, so there are few of them: smaller types are computed in
/// the widest one of their kind, which gives the same once the result is cut or rounded to their size.
protocol NumericKernel: Operator {
  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError)
}

extension NumericKernel {
  package func run(_ context: KernelContext) throws(OperatorError) { try dispatch(context) }

  func dispatch(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(0).element
    switch element {
    case .float32: try run(context, Float.self)
    case .float64: try run(context, Double.self)
    case .int64: try run(context, Int64.self)
    case .uint64: try run(context, UInt64.self)
    case .float16, .bfloat16:
      try widened(context, element, to: .float32) { inner throws(OperatorError) in try run(inner, Float.self)
      }
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .bool:
      try widened(context, element, to: .int64) { inner throws(OperatorError) in try run(inner, Int64.self) }
    default: throw .elementType(input: 0, found: element)
    }
  }
}

/// The same for operators that are defined for floating point only.
protocol FloatKernel: Operator {
  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError)
}

extension FloatKernel {
  package func run(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(0).element
    switch element {
    case .float32: try run(context, Float.self)
    case .float64: try run(context, Double.self)
    case .float16, .bfloat16:
      try widened(context, element, to: .float32) { inner throws(OperatorError) in try run(inner, Float.self)
      }
    default: throw .elementType(input: 0, found: element)
    }
  }
}

/// The same for operators that are defined for integers only.
protocol IntegerKernel: Operator {
  func run<Element: Number & FixedWidthInteger>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError)
}

extension IntegerKernel {
  package func run(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(0).element
    switch element {
    case .int64: try run(context, Int64.self)
    case .uint64: try run(context, UInt64.self)
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .bool:
      try widened(context, element, to: .int64) { inner throws(OperatorError) in try run(inner, Int64.self) }
    default: throw .elementType(input: 0, found: element)
    }
  }
}

extension Operator {
  /// Runs `body` with the inputs of type `element` converted to `wide`, and gives its outputs the types that the shape
  /// rule says.
  fileprivate func widened(
    _ context: KernelContext, _ element: ElementType, to wide: ElementType,
    _ body: (KernelContext) throws(OperatorError) -> Void
  ) throws(OperatorError) {
    let types = try infer(InferenceInputs(context.facts)).map(\.tensor?.element)
    var inputs = context.inputs
    for (index, input) in inputs.enumerated() {
      guard let tensor = input?.tensor, tensor.element == element, let values = tensor.values else {
        continue
      }
      let converted = try DenseTensor(wide, tensor.dimensions, limit: .max)
      converted.store(values, ElementRounding())
      inputs[index] = .tensor(converted)
    }
    let inner = KernelContext(
      inputs: inputs, outputCount: context.outputs.count, limit: context.limit,
      runSubgraph: context.runSubgraph)
    try body(inner)
    for (index, output) in inner.outputs.enumerated() {
      guard let tensor = output?.tensor, index < types.count, let type = types[index], type != tensor.element,
        let values = tensor.values
      else {
        if let output { context.forward(output, to: index) }
        continue
      }
      try context.output(index, type, tensor.dimensions).store(values, ElementRounding())
    }
  }
}

extension KernelContext {
  /// What the inputs of this run are to a shape rule: fully known types, and contents.
  var facts: [Fact?] {
    inputs.map { $0.map(Fact.init(known:)) }
  }
}

extension Fact {
  /// The fact of a value that is at hand.
  package init(known value: RuntimeValue) {
    switch value {
    case .tensor(let tensor): self.init(tensor)
    case .strings(let strings): self.init(.string, Shape(strings.dimensions))
    case .sequence(let elements):
      let types = elements.map { Fact(known: $0).type }
      // Elements of a sequence share their type, not their extents.
      let tensors = types.compactMap(\.tensor)
      if let first = tensors.first {
        let shape = tensors.allSatisfy { $0 == first } ? first.shape : nil
        self.init(.sequence(SequenceType(.tensor(TensorType(first.element, shape)))))
      } else {
        self.init(.sequence(SequenceType(types.first ?? .tensor(TensorType(.float32, nil)))))
      }
    case .optional(let content):
      self.init(.optional(content.map { Fact(known: $0).type } ?? .tensor(TensorType(.float32, nil))))
    case .map(let map):
      self.init(
        .map(
          key: map.keys.element ?? .int64, value: .tensor(TensorType(map.values.element ?? .float32, .scalar))
        ))
    }
  }
}

extension Operator {
  /// Makes output `index` of the type that the shape rule gives for the inputs of this run.
  func makeOutput(_ context: KernelContext, _ index: Int = 0) throws(OperatorError) -> DenseTensor {
    let facts = try infer(InferenceInputs(context.facts))
    guard index < facts.count, let type = facts[index].tensor, let extents = type.shape?.known else {
      throw .unsupported("outputs whose extents follow from their content")
    }
    return try context.output(index, type.element, extents)
  }
}
