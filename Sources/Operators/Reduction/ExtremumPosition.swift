internal import Network

/// The position of an extreme element along an axis: the first one, or the last one of equals where asked for.
protocol ExtremumPosition: NumericKernel {
  var search: ExtremumSearch { get }
  static func isBetter<Value: Number>(_ candidate: Value, than best: Value) -> Bool
}

struct ExtremumSearch: Sendable {
  let axis: Int
  let keepsAxis: Bool
  let takesLast: Bool

  init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    axis = try attributes.integer("axis", default: 0)
    keepsAxis = try attributes.flag("keepdims", default: true)
    takesLast = try attributes.flag("select_last_index")
  }
}

extension ExtremumPosition {
  func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    guard let shape = try inputs.tensor(0).shape else { return [Fact(.int64, nil)] }
    let place = try normalizedAxis(search.axis, rank: shape.rank)
    return [Fact(.int64, ReductionAxes.reduced(shape, [place], keepsAxes: search.keepsAxis))]
  }

  func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(inputs.first??.tensor)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard let rank = inputs.first??.shape?.rank, let place = try? normalizedAxis(search.axis, rank: rank)
    else {
      return .unknown
    }
    return place < 2 ? .same : .whole
  }

  func run<Element: Number>(_ context: KernelContext, _ type: Element.Type) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    let source = input.elements(as: Element.self)
    let target = output.mutableElements(as: Int64.self)
    let span = AxisSpan(input.dimensions, axis: try normalizedAxis(search.axis, rank: input.rank))
    guard span.length > 0 || target.isEmpty else {
      throw .shape(input: 0, reason: "an axis without elements")
    }
    for place in target.indices {
      let start = place / span.inner * span.length * span.inner + place % span.inner
      var best = source[start]
      var position = 0
      for step in 1..<max(span.length, 1) {
        let candidate = source[start + step * span.inner]
        if Self.isBetter(candidate, than: best) || (search.takesLast && candidate == best) {
          (best, position) = (candidate, step)
        }
      }
      target[place] = Int64(position)
    }
  }
}
