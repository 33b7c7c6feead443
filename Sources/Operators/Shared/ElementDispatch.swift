internal import Network

/// An operator whose kernel is one generic function over the type of one input's elements.
///
/// The switch stands here once. Types that networks compute in are compiled for themselves; the rare ones share one
/// generic body, which is slower, because a body for each type and operator takes minutes to compile.
protocol NumericKernel: Operator {
  /// The input whose element type selects the code.
  static var typedInput: Int { get }
  func run<Element: StoredElement>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError)
}

extension NumericKernel {
  static var typedInput: Int { 0 }

  package func run(_ context: KernelContext) throws(OperatorError) { try dispatch(context) }

  func dispatch(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(Self.typedInput).element
    switch element {
    case .float32: try run(context, Float.self)
    case .float64: try run(context, Double.self)
    case .float16: try runShared(context, Half.self)
    case .bfloat16: try runShared(context, BFloat16.self)
    case .int8: try runShared(context, Int8.self)
    case .int16: try runShared(context, Int16.self)
    case .int32: try run(context, Int32.self)
    case .int64: try run(context, Int64.self)
    case .uint8, .bool: try run(context, UInt8.self)
    case .uint16: try runShared(context, UInt16.self)
    case .uint32: try runShared(context, UInt32.self)
    case .uint64: try runShared(context, UInt64.self)
    default: throw .elementType(input: Self.typedInput, found: element)
    }
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private func runShared<Element: StoredElement>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    try run(context, type)
  }
}

/// The same for operators that are defined for floating point only.
protocol FloatKernel: Operator {
  static var typedInput: Int { get }
  func run<Element: StoredElement>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) where Element.Value: BinaryFloatingPoint
}

extension FloatKernel {
  static var typedInput: Int { 0 }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(Self.typedInput).element
    switch element {
    case .float32: try run(context, Float.self)
    case .float64: try run(context, Double.self)
    case .float16: try runShared(context, Half.self)
    case .bfloat16: try runShared(context, BFloat16.self)
    default: throw .elementType(input: Self.typedInput, found: element)
    }
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private func runShared<Element: StoredElement>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) where Element.Value: BinaryFloatingPoint {
    try run(context, type)
  }
}

/// The same for operators that are defined for integers only.
protocol IntegerKernel: Operator {
  static var typedInput: Int { get }
  func run<Element: StoredElement>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) where Element: FixedWidthInteger, Element.Value == Element
}

extension IntegerKernel {
  static var typedInput: Int { 0 }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let element = try context.input(Self.typedInput).element
    switch element {
    case .int8: try runShared(context, Int8.self)
    case .int16: try runShared(context, Int16.self)
    case .int32: try run(context, Int32.self)
    case .int64: try run(context, Int64.self)
    case .uint8, .bool: try run(context, UInt8.self)
    case .uint16: try runShared(context, UInt16.self)
    case .uint32: try runShared(context, UInt32.self)
    case .uint64: try runShared(context, UInt64.self)
    default: throw .elementType(input: Self.typedInput, found: element)
    }
  }

  @_semantics("optimize.sil.specialize.generic.never")
  @inline(never)
  private func runShared<Element: StoredElement>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) where Element: FixedWidthInteger, Element.Value == Element {
    try run(context, type)
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
        self.init(.sequence(.tensor(TensorType(first.element, shape))))
      } else {
        self.init(.sequence(types.first ?? .tensor(TensorType(.float32, nil))))
      }
    case .optional(let content):
      self.init(.optional(content.map { Fact(known: $0).type } ?? .tensor(TensorType(.float32, nil))))
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
