package import Network

/// An activation function that integers have too.
package protocol IntegerActivationFunction: ActivationFunction {
  func apply<Value: FixedWidthInteger>(integer x: Value) -> Value
}

extension IntegerActivationFunction {
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
