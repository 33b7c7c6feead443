internal import Network

/// A function of two numbers of one type, applied with broadcasting.
protocol ArithmeticOperator: BroadcastOperator, NumericKernel {
  static func apply<Value: Number>(_ a: Value, _ b: Value) -> Value
}

extension ArithmeticOperator {
  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let second = try alignedSecond(context)
    let output = try makeOutput(context)
    broadcastMap(try context.input(0), second, into: output) { (a: Element, b: Element) in
      Self.apply(a, b)
    }
  }
}

/// A function of any number of tensors, applied to one after the other with broadcasting.
protocol VariadicOperator: ArithmeticOperator {
  /// What becomes of the combined value of `count` inputs.
  static func finish<Value: Number>(_ value: Value, count: Int) -> Value
}

extension VariadicOperator {
  static func finish<Value: Number>(_ value: Value, count: Int) -> Value { value }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let count = context.inputs.count
    let output = try makeOutput(context)
    var combined = try context.input(0)
    // Partial results have memory of their own: the output may share that of an input that is still to be read.
    for index in 1..<max(count, 1) {
      let partial = try DenseTensor(output.element, output.dimensions, limit: context.limit)
      broadcastMap(combined, try context.input(index), into: partial) { (a: Element, b: Element) in
        Self.apply(a, b)
      }
      combined = partial
    }
    let source = combined.elements(as: Element.self)
    let target = output.mutableElements(as: Element.self)
    for index in target.indices { target[index] = Self.finish(source[index], count: count) }
  }
}
