internal import Network

/// How a tensor is resampled along all of its axes.
struct Resampling: Sendable {
  var mapping: CoordinateMapping
  var method: Method
  var antialias = false
  var excludeOutside = false
  /// What lies outside the input where a region is cropped.
  var extrapolation = 0.0

  enum Method: Sendable {
    case nearest(NearestChoice)
    case interpolated(InterpolationKernel)
  }

  /// Input elements that one output element reads along an axis.
  func support(_ axis: ResamplingAxis) -> Int {
    guard !axis.isIdentity, case .interpolated(let kernel) = method else { return 1 }
    return kernel.support(scale: axis.scale, antialias: antialias)
  }

  /// The elements are copied, not computed.
  var isChoice: Bool {
    if case .nearest = method, mapping != .cropAndResize { true } else { false }
  }

  /// Copies the nearest elements, axis by axis.
  func choose(
    _ input: DenseTensor, _ axes: [ResamplingAxis], to output: DenseTensor, limit: Int
  ) throws(OperatorError) {
    var current = input
    for (place, axis) in axes.enumerated() where !axis.isIdentity {
      guard case .nearest(let choice) = method else { return }
      var extents = current.dimensions
      extents[place] = axis.outputExtent
      let next = try DenseTensor(current.element, extents, limit: limit)
      let indices = (0..<axis.outputExtent).map { position in
        min(
          max(choice.index(of: axis.source(of: position, mapping), scale: axis.scale), 0),
          axis.inputExtent - 1)
      }
      copySlices(indices, along: place, from: current, to: next)
      current = next
    }
    output.bytes.copyMemory(from: current.bytes, byteCount: output.byteCount)
  }

  /// Weighs the elements around each place, axis by axis.
  func interpolate(_ input: [Double], extents: [Int], _ axes: [ResamplingAxis]) -> [Double] {
    var (current, extents) = (input, extents)
    for (place, axis) in axes.enumerated() where !axis.isIdentity {
      current = interpolate(current, AxisSpan(extents, axis: place), axis)
      extents[place] = axis.outputExtent
    }
    return current
  }

  private func interpolate(_ input: [Double], _ span: AxisSpan, _ axis: ResamplingAxis) -> [Double] {
    var output = [Double](repeating: 0, count: span.outer * axis.outputExtent * span.inner)
    for position in 0..<axis.outputExtent {
      let source = axis.source(of: position, mapping)
      let isOutside = mapping == .cropAndResize && (source < 0 || source > Double(axis.inputExtent - 1))
      let taps = isOutside ? [] : taps(source, axis)
      for block in 0..<span.outer {
        let target = (block * axis.outputExtent + position) * span.inner
        for column in 0..<span.inner {
          var sum = isOutside ? extrapolation : 0
          for tap in taps {
            sum += tap.weight * input[(block * span.length + tap.index) * span.inner + column]
          }
          output[target + column] = sum
        }
      }
    }
    return output
  }

  func taps(_ place: Double, _ axis: ResamplingAxis) -> [(index: Int, weight: Double)] {
    switch method {
    case .nearest(let choice):
      return [(min(max(choice.index(of: place, scale: axis.scale), 0), axis.inputExtent - 1), 1)]
    case .interpolated(let kernel):
      return kernel.taps(
        around: place, scale: axis.scale, extent: axis.inputExtent, antialias: antialias,
        excludeOutside: excludeOutside)
    }
  }
}

/// An operator that resamples its first input.
protocol ResamplingOperator: MovementOperator {
  var resampling: Resampling { get }
  /// One entry for each axis; nil where only the run knows them.
  func axes(_ shape: Shape, _ inputs: InferenceInputs) throws(OperatorError) -> [ResamplingAxis]?
}

extension ResamplingOperator {
  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let data = try inputs.tensor(0)
    guard let shape = data.shape else { return [Fact(data.element, nil)] }
    guard let axes = try axes(shape, inputs) else { return [Fact(data.element, .unknown(rank: shape.rank))] }
    return [Fact(data.element, Shape(axes.map(\.outputExtent)))]
  }

  /// Nothing where elements are copied, else a multiplication and an addition for each element that is weighed.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard case .interpolated = resampling.method else { return .free }
    guard let shape = inputs.first??.shape, let axes = try axes(shape, InferenceInputs(inputs)) else {
      return nil
    }
    let taps = try product(axes.map { resampling.support($0) })
    return try .elementwise(outputs.first?.tensor, try product(2, taps) - 1)
  }

  func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    guard let shape = inputs.first??.shape, let axes = try? axes(shape, InferenceInputs(inputs)) else {
      return .unknown
    }
    let spatial = axes.dropFirst(2)
    return .resample(scale: spatial.map(\.scale), support: spatial.map { resampling.support($0) })
  }

  func move(_ context: KernelContext) throws(OperatorError) {
    let (input, output) = (try context.input(0), try makeOutput(context))
    guard output.elementCount > 0,
      let axes = try axes(Shape(input.dimensions), InferenceInputs(context.facts))
    else {
      return
    }
    guard input.elementCount > 0 else { throw .shape(input: 0, reason: "nothing to resample") }
    if resampling.isChoice {
      return try resampling.choose(input, axes, to: output, limit: context.limit)
    }
    let values = resampling.interpolate(try input.doubles(input: 0), extents: input.dimensions, axes)
    guard let range = output.element.quantizedRange else { return output.store(values) }
    output.store(values.map { min(max($0.rounded(.toNearestOrEven), range.lowerBound), range.upperBound) })
  }
}

/// Axes of a tensor enlarged by `scales`: extents are rounded down.
func scaledAxes(
  _ shape: Shape, _ scales: [Float], from source: ParameterSource
) throws(OperatorError) -> [ResamplingAxis]? {
  guard let extents = shape.known else { return nil }
  guard scales.count == extents.count else { throw source.failure("not one scale for each axis") }
  var axes: [ResamplingAxis] = []
  for (extent, scale) in zip(extents, scales) {
    guard scale.isFinite, scale > 0, let output = Int(exactly: (Float(extent) * scale).rounded(.down)) else {
      throw source.failure("a scale of \(scale)")
    }
    axes.append(ResamplingAxis(inputExtent: extent, outputExtent: output, scale: Double(scale)))
  }
  return axes
}
