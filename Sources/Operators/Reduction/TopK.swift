internal import Network

/// The `k` largest or smallest elements along an axis, in order, and their positions; of equals the first comes first.
struct TopK: NumericKernel {
  static let name = "TopK"
  private let axis: Int
  private let count: IntegersParameter
  private let takesLargest: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: -1)
    count = attributes.version < 10 ? .attribute("k", [try attributes.requiredInteger("k")]) : .input(1)
    takesLargest = try attributes.flag("largest", default: true)
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard var shape = data.shape else { return [Fact(data.element, nil), Fact(.int64, nil)] }
    let place = try normalizedAxis(axis, rank: shape.rank)
    switch try count.content(inputs) {
    case .absent: throw .missingInput(1)
    case .unknown: shape[place] = nil
    case .known(let values):
      guard values.count == 1, values[0] >= 0 else { throw count.source.failure("not a number of elements") }
      if let extent = shape[place], values[0] > extent {
        throw count.source.failure("more than the axis has")
      }
      shape[place] = values[0]
    }
    return [Fact(data.element, shape), Fact(.int64, shape)]
  }

  /// A comparison for each element of the input and each level of a heap of `k`.
  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let rank = outputs.first?.shape?.rank, let place = try? normalizedAxis(axis, rank: rank),
      let count = outputs.first?.shape?[place]
    else { return nil }
    return try .elementwise(
      inputs.first??.tensor, max(Int.bitWidth - max(count - 1, 0).leadingZeroBitCount, 1))
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { index == 0 ? .whole : .none }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let positions = try DenseTensor(.int64, output.dimensions, limit: context.limit)
    let source = input.elements(as: Element.self)
    let values = output.mutableElements(as: Element.self)
    let places = positions.mutableElements(as: Int64.self)
    let axis = try normalizedAxis(axis, rank: input.rank)
    let span = AxisSpan(input.dimensions, axis: axis)
    let count = output.dimensions[axis]
    for lane in 0..<span.outer * span.inner {
      let (block, column) = (lane / span.inner, lane % span.inner)
      let start = block * span.length * span.inner + column
      let order = (0..<span.length).sorted { a, b in
        let (x, y) = (source[start + a * span.inner], source[start + b * span.inner])
        return x == y ? a < b : takesLargest ? x > y : x < y
      }
      for (rank, position) in order.prefix(count).enumerated() {
        let place = (block * count + rank) * span.inner + column
        values[place] = source[start + position * span.inner]
        places[place] = Int64(position)
      }
    }
    context.forward(.tensor(positions), to: 1)
  }
}
