internal import Network

/// A running result along an axis, forwards or from the end, with or without the element itself.
protocol CumulativeOperator: NumericKernel {
  var scan: CumulativeScan { get }
  static func initial<Value: Number>() -> Value
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value
}

struct CumulativeScan: Sendable {
  let isExclusive: Bool
  let isReversed: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    isExclusive = try attributes.flag("exclusive")
    isReversed = try attributes.flag("reverse")
  }
}

extension CumulativeOperator {
  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    if let rank = data.shape?.rank, let axis = inputs[1]?.constant?.integers { _ = try place(axis, rank) }
    return [Fact(.tensor(data))]
  }

  private func place(_ axis: [Int], _ rank: Int) throws(OperatorError) -> Int {
    guard axis.count == 1 else { throw .shape(input: 1, reason: "not one axis") }
    return try normalizedAxis(axis[0], rank: rank, from: .input(1))
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let input = try context.input(0)
    let axis = try place(try context.integers(1), input.rank)
    let output = try context.output(0, input.element, input.dimensions)
    let (source, target) = (input.elements(as: Element.self), output.mutableElements(as: Element.self))
    let extent = input.dimensions[axis]
    let inner = input.dimensions[(axis + 1)...].reduce(1, &*)
    let outer = input.dimensions[..<axis].reduce(1, &*)
    for block in 0..<outer {
      for column in 0..<inner {
        var accumulated: Element = Self.initial()
        for step in 0..<extent {
          let place = (block &* extent &+ (scan.isReversed ? extent - 1 - step : step)) &* inner &+ column
          let next = Self.combine(accumulated, source[place])
          target[place] = scan.isExclusive ? accumulated : next
          accumulated = next
        }
      }
    }
  }
}
