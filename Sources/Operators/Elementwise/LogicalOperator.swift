internal import Network

/// A function of two truth values, applied with broadcasting.
protocol LogicalOperator: BroadcastOperator {
  static func apply(_ a: Bool, _ b: Bool) -> Bool
}

extension LogicalOperator {
  package func run(_ context: KernelContext) throws(OperatorError) {
    let first = try context.input(0)
    guard first.element == .bool else { throw .elementType(input: 0, found: first.element) }
    let second = try alignedSecond(context)
    let output = try makeOutput(context)
    broadcastMap(first, second, into: output) { (a: UInt8, b: UInt8) -> UInt8 in
      Self.apply(a != 0, b != 0) ? 1 : 0
    }
  }
}
