internal import Network

/// A reduction: elements are taken in one by one, and the result is finished at the end.
///
/// Floats are accumulated in 64 bits, integers in their own type.
protocol ReduceOperator: NumericKernel, AxisReduction {
  var axes: ReductionAxes { get }
  static func initial<Value: Number>() -> Value
  static func combine<Value: Number>(_ accumulated: Value, _ x: Value) -> Value
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value
}

extension ReduceOperator {
  static func initial<Value: Number>() -> Value { .zero }
  static func finish<Value: Number>(_ accumulated: Value, count: Int) -> Value { accumulated }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] { try axes.infer(inputs) }

  package func reducedAxes(_ inputs: InferenceInputs) throws(OperatorError) -> [Int]? {
    try axes.places(inputs)
  }

  /// One operation per element of the input.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? axes.reach(inputs) : .none
  }

  package func run(_ context: KernelContext) throws(OperatorError) {
    let input = try context.input(0)
    guard input.elementCount == 0, let bounds = input.element.narrowBounds else {
      return try dispatch(context)
    }
    // What a reduction of nothing starts from is a bound of the type itself, not of the wider one computed in.
    let output = try makeOutput(context)
    let initial: Double = Self.initial()
    let value = min(max(initial, bounds.lowerBound), bounds.upperBound)
    output.store(Array(repeating: value, count: output.elementCount))
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    if Element.isFloat {
      try reduce(context, load: { (x: Element) in x.double }, store: { (x: Double) in Element(from: x) })
    } else {
      try reduce(context, load: { (x: Element) in x }, store: { (x: Element) in x })
    }
  }

  private func reduce<Element: Number, Value: Number>(
    _ context: KernelContext, load: (Element) -> Value, store: (Value) -> Element
  ) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let places = try axes.places(rank: input.rank, InferenceInputs(context.facts)) ?? []
    let initial: Value = Self.initial()
    let accumulated = accumulate(input, over: places, from: initial) { (sum: Value, x: Element, _) in
      Self.combine(sum, load(x))
    }
    let count = places.reduce(1) { $0 &* input.dimensions[$1] }
    let target = output.mutableElements(as: Element.self)
    for index in target.indices { target[index] = store(Self.finish(accumulated[index], count: count)) }
  }
}

extension ElementType {
  /// The smallest and largest value of integers of up to 32 bits and of truth values.
  fileprivate var narrowBounds: ClosedRange<Double>? {
    switch self {
    case .bool: 0...1
    case .uint32: 0...Double(UInt32.max)
    default: quantizedRange
    }
  }
}

/// One accumulated value for each place outside the reduced axes, in row-major order. `combine` gets what has been
/// accumulated so far, the next element and the place.
@inline(__always)
func accumulate<Element: BitwiseCopyable, Value>(
  _ input: DenseTensor, over places: [Int], from initial: Value, _ combine: (Value, Element, Int) -> Value
) -> [Value] {
  let kept = input.dimensions.indices.map { places.contains($0) ? 1 : input.dimensions[$0] }
  var results = [Value](repeating: initial, count: kept.reduce(1, &*))
  let walk = StridedWalk(
    input.dimensions,
    strides: [rowMajorStrides(input.dimensions), broadcastStrides(kept, to: input.dimensions)])
  let (count, strides) = walk.row
  let source = input.elements(as: Element.self)
  results.withUnsafeMutableBufferPointer { results in
    walk.forEachRow { offset in
      var (from, to) = (offset[0], offset[1])
      for _ in 0..<count {
        results[to] = combine(results[to], source[from], to)
        from &+= strides[0]
        to &+= strides[1]
      }
    }
  }
  return results
}
