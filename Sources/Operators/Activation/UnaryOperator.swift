package import Network

/// An operator that computes each output element from the input element at the same place.
///
/// A file per operator gives the name and the function; the rules for shape, cost and reach are the same for all.
package protocol UnaryOperator: RealOperator {
  /// Element types that the operator is defined for.
  static var elementTypes: [ElementType] { get }
  /// Scalar operations per element, as `elementwiseOperations` counts them.
  var operationsPerElement: Int { get }
  /// The function. Write `@inline(__always)` before it: it is the body of the loop.
  func apply<Value: Real>(_ x: Value) -> Value
}

extension UnaryOperator {
  package static var elementTypes: [ElementType] { ElementType.reals }
  package var operationsPerElement: Int { 1 }
  package var role: Role { .activation }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    [Fact(.tensor(try inputs.tensor(0, of: Self.elementTypes)))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, operationsPerElement)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let source = try call.values(0)
    let target = try call.results(0)
    for index in source.indices { target[index] = apply(source[index]) }
  }
}

/// A unary operator that integers have too.
package protocol IntegerUnaryOperator: UnaryOperator {
  func apply<Value: FixedWidthInteger>(integer x: Value) -> Value
}

extension IntegerUnaryOperator {
  package static var elementTypes: [ElementType] { ElementType.numbers }

  package func run(_ context: KernelContext) throws(OperatorError) {
    switch try context.input(0).element {
    case .int8: try mapIntegers(context, Int8.self)
    case .int16: try mapIntegers(context, Int16.self)
    case .int32: try mapIntegers(context, Int32.self)
    case .int64: try mapIntegers(context, Int64.self)
    case .uint8: try mapIntegers(context, UInt8.self)
    case .uint16: try mapIntegers(context, UInt16.self)
    case .uint32: try mapIntegers(context, UInt32.self)
    case .uint64: try mapIntegers(context, UInt64.self)
    case .float64: try RealContext<Double>.run(self, context, context.outputTypes(of: self))
    default: try RealContext<Float>.run(self, context, context.outputTypes(of: self))
    }
  }

  private func mapIntegers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ context: KernelContext, _: Value.Type
  ) throws(OperatorError) {
    let input = try context.input(0)
    let output = try context.output(0, input.element, input.dimensions)
    let source = input.elements(as: Value.self)
    let target = output.mutableElements(as: Value.self)
    for index in source.indices { target[index] = apply(integer: source[index]) }
  }
}
