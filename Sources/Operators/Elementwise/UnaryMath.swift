internal import Network

/// A function of one real number; 16- and 32-bit floats are computed in 64 bits and rounded once.
protocol UnaryMath: UnaryOperator, FloatKernel {
  static func apply(_ x: Double) -> Double
}

extension UnaryMath {
  func run<Element: Number & BinaryFloatingPoint>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let input = try context.input(0)
    let source = input.elements(as: Element.self)
    let target = try context.output(0, input.element, input.dimensions).mutableElements(as: Element.self)
    for index in source.indices {
      target[index] = Element(Self.apply(Double(source[index])))
    }
  }
}

/// A function of one number of any type.
protocol UnaryArithmetic: UnaryOperator, NumericKernel {
  static func apply<Value: Number>(_ x: Value) -> Value
}

extension UnaryArithmetic {
  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let input = try context.input(0)
    let source = input.elements(as: Element.self)
    let target = try context.output(0, input.element, input.dimensions).mutableElements(as: Element.self)
    for index in source.indices { target[index] = Self.apply(source[index]) }
  }
}
