internal import Network

/// A function of the bits of two integers, applied with broadcasting.
protocol BitwiseOperator: BroadcastOperator, IntegerKernel {
  static func apply<Value: FixedWidthInteger>(_ a: Value, _ b: Value) -> Value
}

extension BitwiseOperator {
  func run<Element: Number & FixedWidthInteger>(
    _ context: KernelContext, _ type: Element.Type
  ) throws(OperatorError) {
    let output = try makeOutput(context)
    broadcastMap(try context.input(0), try context.input(1), into: output) { (a: Element, b: Element) in
      Self.apply(a, b)
    }
  }
}
