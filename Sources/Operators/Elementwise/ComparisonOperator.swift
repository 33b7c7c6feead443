internal import Network

/// A predicate of two numbers of one type, applied with broadcasting.
protocol ComparisonOperator: BroadcastOperator, NumericKernel {
  static func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool
}

extension ComparisonOperator {
  static var result: ElementType? { .bool }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let second = try alignedSecond(context)
    let output = try makeOutput(context)
    broadcastMap(try context.input(0), second, into: output) { (a: Element, b: Element) -> UInt8 in
      Self.holds(a, b) ? 1 : 0
    }
  }
}
