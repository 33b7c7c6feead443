internal import Network

/// A part of the input: a start, an end and a step along some axes.
struct SliceOperator: MovementOperator {
  static let name = "Slice"
  private let starts: IntegersParameter
  private let ends: IntegersParameter
  private let axes: IntegersParameter
  private let steps: IntegersParameter

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    if attributes.version < 10 {
      starts = .attribute("starts", try attributes.integers("starts"))
      ends = .attribute("ends", try attributes.integers("ends"))
      axes = .attribute("axes", try attributes.integers("axes"))
      steps = .attribute("steps", nil)
    } else {
      (starts, ends, axes, steps) = (.input(1), .input(2), .input(3), .input(4))
    }
  }

  /// The elements taken along one axis.
  private struct Range {
    var start = 0
    var step = 1
    /// nil where only the run knows it.
    var count: Dimension
  }

  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    return [Fact(data.element, Shape(try ranges(shape, inputs).map(\.count)))]
  }

  private func ranges(_ shape: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> [Range] {
    var ranges = shape.dimensions.map { Range(count: $0) }
    guard case .known(let starts) = try starts.content(inputs),
      case .known(let ends) = try ends.content(inputs)
    else {
      return try unknown(shape, inputs)
    }
    let places: [Int]
    switch try axes.content(inputs) {
    case .absent:
      places = try normalizedAxes(Array(starts.indices), rank: shape.rank, from: self.starts.source)
    case .known(let axes): places = try normalizedAxes(axes, rank: shape.rank, from: self.axes.source)
    case .unknown: return try unknown(shape, inputs)
    }
    let steps: [Int]
    switch try self.steps.content(inputs) {
    case .absent: steps = Array(repeating: 1, count: starts.count)
    case .known(let values): steps = values
    case .unknown: return try unknown(shape, inputs)
    }
    guard ends.count == starts.count, places.count == starts.count, steps.count == starts.count else {
      throw self.starts.source.failure("starts, ends, axes and steps differ in number")
    }
    for (entry, place) in places.enumerated() {
      guard steps[entry] != 0 else { throw self.steps.source.failure("a step of 0") }
      ranges[place] = range(starts[entry], ends[entry], steps[entry], extent: shape[place])
    }
    return ranges
  }

  /// All that is left to say where a parameter is not known: the axes that are not cut keep their extents.
  private func unknown(_ shape: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> [Range] {
    var ranges = shape.dimensions.map { Range(count: $0) }
    if case .known(let axes) = try axes.content(inputs) {
      for place in try normalizedAxes(axes, rank: shape.rank, from: self.axes.source) {
        ranges[place].count = nil
      }
      return ranges
    }
    return ranges.map { _ in Range(count: nil) }
  }

  private func range(_ start: Int, _ end: Int, _ step: Int, extent: Dimension) -> Range {
    guard let extent else { return Range(start: start, step: step, count: nil) }
    func clamp(_ place: Int, _ bounds: ClosedRange<Int>) -> Int {
      min(max(place < 0 ? place + extent : place, bounds.lowerBound), bounds.upperBound)
    }
    // A step beyond every extent takes one element, whatever its size.
    let step = min(max(step, -(1 << 62)), 1 << 62)
    guard extent > 0 else { return Range(count: 0) }
    if step > 0 {
      let first = clamp(start, 0...extent)
      let count = max(ceilingQuotient(clamp(end, 0...extent) - first, step), 0)
      return Range(start: count > 0 ? first : 0, step: count > 1 ? step : 1, count: count)
    }
    let first = clamp(start, -1...(extent - 1))
    let count = max(ceilingQuotient(first - clamp(end, -1...(extent - 1)), -step), 0)
    return Range(start: count > 0 ? first : 0, step: count > 1 ? step : 1, count: count)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let shape = inputs.first??.shape, let ranges = try? ranges(shape, InferenceInputs(inputs)) else {
      return .unknown
    }
    let spatial = ranges.dropFirst(2)
    return .shifted(offset: spatial.map(\.start), strides: spatial.map(\.step))
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    guard output.elementCount > 0 else { return }
    let ranges = try ranges(Shape(input.dimensions), InferenceInputs(context.facts))
    let strides = rowMajorStrides(input.dimensions)
    let first = zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 }
    copyStrided(
      extents: output.dimensions, width: input.width, from: input.bytes + first * input.width,
      strides: zip(ranges, strides).map { $0.step * $1 }, to: output.bytes,
      strides: rowMajorStrides(output.dimensions))
  }
}
