package import Network

extension ElementType {
  /// The floating-point types that kernels read and write.
  package static let reals: [ElementType] = [.float32, .float64, .float16, .bfloat16]
  package static let signedIntegers: [ElementType] = [.int8, .int16, .int32, .int64]
  package static let unsignedIntegers: [ElementType] = [.uint8, .uint16, .uint32, .uint64]
  package static let numbers: [ElementType] = reals + signedIntegers + unsignedIntegers
}

/// An operator whose arithmetic is done in one floating-point type, whatever types its tensors have.
package protocol RealOperator: Operator {
  /// Computes the outputs; their types are inferred from the inputs that are there and are all known.
  func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError)
}

extension RealOperator {
  package func run(_ context: KernelContext) throws(OperatorError) {
    let types = try context.outputTypes(of: self)
    if try context.input(0).element == .float64 {
      try RealContext<Double>.run(self, context, types)
    } else {
      try RealContext<Float>.run(self, context, types)
    }
  }
}

/// One execution of a node with inputs read, and outputs written, as `Value`.
package final class RealContext<Value: Real> {
  package let context: KernelContext
  /// What the shape rule says of the outputs for these inputs.
  package let outputs: [TensorType]
  private var pending: [(index: Int, values: DenseTensor)] = []

  private init(_ context: KernelContext, _ outputs: [TensorType]) {
    self.context = context
    self.outputs = outputs
  }

  static func run(
    _ operation: some RealOperator, _ context: KernelContext, _ outputs: [TensorType]
  ) throws(OperatorError) {
    let call = RealContext(context, outputs)
    try operation.compute(call)
    for (index, values) in call.pending {
      let target = try context.output(index, outputs[index].element, values.dimensions)
      try target.store(values.elements(as: Value.self), input: 0)
    }
  }

  package func dimensions(_ index: Int) throws(OperatorError) -> [Int] { try context.input(index).dimensions }

  package func has(_ index: Int) -> Bool { context.has(index) }

  /// The elements of an input, valid while the context lives.
  package func values(_ index: Int) throws(OperatorError) -> UnsafeBufferPointer<Value> {
    try context.values(of: context.input(index), as: Value.self, input: index)
  }

  package func optionalValues(_ index: Int) throws(OperatorError) -> UnsafeBufferPointer<Value>? {
    guard let tensor = try context.optionalInput(index) else { return nil }
    return try context.values(of: tensor, as: Value.self, input: index)
  }

  /// The elements of an integer input.
  package func optionalIntegers(_ index: Int) throws(OperatorError) -> [Int]? {
    guard let tensor = try context.optionalInput(index) else { return nil }
    guard let values = tensor.integers else { throw .elementType(input: index, found: tensor.element) }
    return values
  }

  package func wants(_ index: Int) -> Bool { context.wants(index) && index < outputs.count }

  package func outputDimensions(_ index: Int) throws(OperatorError) -> [Int] {
    guard index < outputs.count, let extents = outputs[index].shape?.known else {
      throw .unsupported("an output whose extents do not follow from the inputs")
    }
    return extents
  }

  /// The elements of output `index` for writing, every one of them. Their content is undefined.
  package func results(_ index: Int) throws(OperatorError) -> UnsafeMutableBufferPointer<Value> {
    let extents = try outputDimensions(index)
    if outputs[index].element == Value.elementType {
      return try context.output(index, Value.elementType, extents).mutableElements(as: Value.self)
    }
    if let (_, values) = pending.first(where: { $0.index == index }) {
      return values.mutableElements(as: Value.self)
    }
    let values = try DenseTensor(Value.elementType, extents, limit: context.limit)
    pending.append((index, values))
    return values.mutableElements(as: Value.self)
  }

  /// Working memory for `count` values, zeroed, valid while the context lives.
  package func scratch(_ count: Int) throws(OperatorError) -> UnsafeMutableBufferPointer<Value> {
    let tensor = try DenseTensor(Value.elementType, [count], limit: context.limit)
    context.keep(tensor)
    return tensor.mutableElements(as: Value.self)
  }
}

extension KernelContext {
  /// What is known of the inputs: everything.
  package var knownInputs: InferenceInputs {
    InferenceInputs(
      inputs.map { value in
        switch value {
        case nil: nil
        case .tensor(let tensor): Fact(tensor)
        case .strings(let strings): Fact(.string, Shape(strings.dimensions))
        case .sequence, .optional, .map: Fact(.opaque(domain: "", name: ""))
        }
      })
  }

  /// The types of the outputs by the operator's shape rule, which thereby checks the inputs.
  package func outputTypes(of operation: some Operator) throws(OperatorError) -> [TensorType] {
    var types: [TensorType] = []
    for fact in try operation.infer(knownInputs) {
      guard let type = fact.tensor else { throw .unsupported("an output that is not a tensor") }
      types.append(type)
    }
    return types
  }

  /// The elements of a floating-point tensor as `Value`, converted if they have another width.
  package func values<Value: Real>(
    of tensor: DenseTensor, as _: Value.Type, input: Int
  ) throws(OperatorError) -> UnsafeBufferPointer<Value> {
    if tensor.element == Value.elementType { return tensor.elements(as: Value.self) }
    let converted = try DenseTensor(Value.elementType, tensor.dimensions, limit: limit)
    try tensor.load(into: converted.mutableElements(as: Value.self), input: input)
    keep(converted)
    return converted.elements(as: Value.self)
  }
}

extension DenseTensor {
  /// Writes this tensor's elements, which are floating-point numbers, into `target`.
  package func load<Value: Real>(
    into target: UnsafeMutableBufferPointer<Value>, input: Int
  ) throws(OperatorError) {
    switch element {
    case .float32: Self.convert(elements(as: Float.self), target) { Value($0) }
    case .float64: Self.convert(elements(as: Double.self), target) { Value($0) }
    case .float16: Self.convert(elements(as: UInt16.self), target) { Value(Binary16.float($0)) }
    case .bfloat16: Self.convert(elements(as: UInt16.self), target) { Value(BrainFloat.float($0)) }
    default: throw .elementType(input: input, found: element)
    }
  }

  /// Sets this tensor's elements, which are floating-point numbers, to `source`, rounded to nearest.
  package func store<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, input: Int
  ) throws(OperatorError) {
    switch element {
    case .float32: Self.convert(source, mutableElements(as: Float.self)) { Float($0) }
    case .float64: Self.convert(source, mutableElements(as: Double.self)) { Double($0) }
    case .float16: Self.convert(source, mutableElements(as: UInt16.self)) { Binary16.bits(Float($0)) }
    case .bfloat16: Self.convert(source, mutableElements(as: UInt16.self)) { BrainFloat.bits(Float($0)) }
    default: throw .elementType(input: input, found: element)
    }
  }

  @inline(__always)
  private static func convert<Source, Target>(
    _ source: UnsafeBufferPointer<Source>, _ target: UnsafeMutableBufferPointer<Target>,
    _ conversion: (Source) -> Target
  ) {
    for index in source.indices { target[index] = conversion(source[index]) }
  }
}
