internal import Network

/// What becomes of an element that an update meets.
enum ScatterReduction: String, Sendable {
  case none, add, mul, max, min

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    guard let reduction = Self(rawValue: try attributes.string("reduction", default: "none")) else {
      throw .attributeValue("reduction", reason: "not none, add, mul, max or min")
    }
    self = reduction
  }

  /// Combines `count` elements of `source` from `from` on into `target` from `to` on.
  func combine<Element: Number>(
    _ source: UnsafeBufferPointer<Element>, _ from: Int, into target: UnsafeMutableBufferPointer<Element>,
    _ to: Int,
    count: Int
  ) {
    for index in 0..<count {
      let (old, new) = (target[to + index], source[from + index])
      switch self {
      case .none: target[to + index] = source[from + index]
      case .add: target[to + index] = old.adding(new)
      case .mul: target[to + index] = old.multiplied(by: new)
      case .max: target[to + index] = old.maximum(new)
      case .min: target[to + index] = old.minimum(new)
      }
    }
  }
}

/// An operator that writes updates into a copy of its input.
protocol ScatterOperator: NumericKernel, MovementOperator {
  var reduction: ScatterReduction { get }
  /// Finds for each block of updates its place in the output: calls `write` with the output's offset, that of the
  /// update and the number of elements.
  func forEachUpdate(
    _ context: KernelContext, _ write: (_ to: Int, _ from: Int, _ count: Int) -> Void
  ) throws(OperatorError)
}

extension ScatterOperator {
  package func run(_ context: KernelContext) throws(OperatorError) {
    if reduction == .none {
      try runMovement(context)
    } else {
      try dispatch(context)
    }
  }

  func moves(_ input: Int) -> Bool { input == 0 || input == 2 }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    reduction == .none ? .free : try .elementwise(inputs.count > 2 ? inputs[2]?.tensor : nil)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .same : index == 2 ? .whole : .none
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (output, updates) = try copyOfInput(context)
    let width = output.width
    try forEachUpdate(context) { to, from, count in
      (output.bytes + to * width).copyMemory(from: updates.bytes + from * width, byteCount: count * width)
    }
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (output, updates) = try copyOfInput(context)
    let (source, target) = (updates.elements(as: Element.self), output.mutableElements(as: Element.self))
    try forEachUpdate(context) { to, from, count in
      reduction.combine(source, from, into: target, to, count: count)
    }
  }

  private func copyOfInput(_ context: KernelContext) throws(OperatorError) -> (DenseTensor, DenseTensor) {
    let (input, updates) = (try context.input(0), try context.input(2))
    guard updates.element == input.element else { throw .elementType(input: 2, found: updates.element) }
    let output = try makeOutput(context)
    if output.bytes != input.bytes { output.bytes.copyMemory(from: input.bytes, byteCount: input.byteCount) }
    return (output, updates)
  }
}
