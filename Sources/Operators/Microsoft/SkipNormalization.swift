internal import Network

/// Normalises `input + skip + bias` over the last axis; the sum is a further output.
///
/// Outputs: the result, mean, inverse deviation, the sum.
package protocol SkipNormalization: RealOperator {
  var epsilon: Float { get }
  /// Whether the mean is taken off.
  static var isCentred: Bool { get }
  /// Places of the inputs beside input, skip and gamma; nil where the operator has none.
  static var betaIndex: Int? { get }
  static var biasIndex: Int { get }
}

extension SkipNormalization {
  package static var domain: String { "com.microsoft" }
  package var role: Role { .layer }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let skip = try inputs.tensor(1, of: [input.element])
    if let shape = input.shape {
      guard shape.rank == 2 || shape.rank == 3 else {
        throw .rank(input: 0, expected: "2 or 3", found: shape.rank)
      }
      if let extents = shape.known, let found = skip.shape?.known {
        _ = try broadcastStrides(found, to: extents, input: 1)
      }
      try ConvolutionShape.checkBias(inputs.tensor(2).shape, index: 2, channels: shape[shape.rank - 1])
      for index in [Self.betaIndex, Self.biasIndex].compactMap({ $0 }) {
        try ConvolutionShape.checkBias(
          inputs.optionalTensor(index)?.shape, index: index, channels: shape[shape.rank - 1])
      }
    }
    let statistics = Fact(.float32, input.shape.map { Shape($0.dimensions.dropLast() + [1]) })
    return [Fact(.tensor(input)), statistics, statistics, Fact(.tensor(input))]
  }

  /// The sums, then as the normalisation alone counts.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    func has(_ index: Int?) -> Bool { index.map { $0 < inputs.count && inputs[$0] != nil } ?? false }
    let addends = 1 + (has(Self.biasIndex) ? 1 : 0)
    let perElement = addends + (Self.isCentred ? 6 : 4) + (has(Self.betaIndex) ? 1 : 0)
    guard let extents = outputs.first?.shape?.known else { return nil }
    let rows = try product(extents.dropLast())
    let elements = try product(product(extents), perElement)
    return Cost(elementwiseOperations: try sum(elements, product(rows, Self.isCentred ? 5 : 4)))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index < 2 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    guard let length = extents.last, length > 0 else { return }
    let total = call.wants(3) ? try call.results(3) : try call.scratch(product(extents))
    _ = try total.update(fromContentsOf: call.values(0))
    try shift(total, extents, by: call.values(1), call.dimensions(1), input: 1)
    if let bias = try call.optionalValues(Self.biasIndex) {
      try shift(total, extents, by: bias, call.dimensions(Self.biasIndex), input: Self.biasIndex)
    }
    let target = try call.results(0)
    let (means, inverses) = (
      call.wants(1) ? try call.results(1) : nil, call.wants(2) ? try call.results(2) : nil
    )
    let gamma = try call.values(2)
    let beta = try Self.betaIndex.flatMap { index throws(OperatorError) in try call.optionalValues(index) }
    for row in 0..<(total.count / length) {
      let places = (row * length)..<((row + 1) * length)
      let (mean, inverse) = statistics(UnsafeBufferPointer(total), places)
      for index in places {
        let column = index - places.lowerBound
        target[index] = (total[index] - mean) * inverse * gamma[column] + (beta?[column] ?? 0)
      }
      means?[row] = mean
      inverses?[row] = inverse
    }
  }

  private func statistics<Value: Real>(
    _ values: UnsafeBufferPointer<Value>, _ places: Range<Int>
  ) -> (mean: Value, inverse: Value) {
    if Self.isCentred {
      let moments = Moments(values, start: places.lowerBound, count: places.count)
      return (moments.mean, moments.inverseDeviation(epsilon: Value(epsilon)))
    }
    var squares: Value = 0
    for index in places { squares += values[index] * values[index] }
    return (0, 1 / (squares / Value(places.count) + Value(epsilon)).squareRoot())
  }
}
