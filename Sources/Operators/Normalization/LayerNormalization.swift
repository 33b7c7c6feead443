internal import Network

/// `(x - mean) / sqrt(variance + epsilon) * scale + bias` over the last axes; mean and inverse deviation are further
/// outputs.
package struct LayerNormalization: RealOperator {
  package static let name = "LayerNormalization"
  package let role = Role.layer
  package let rows: RowNormalization

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    rows = try RowNormalization(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    try rows.check(inputs.tensor(1, of: ElementType.reals).shape, index: 1, input: input.shape)
    try rows.check(inputs.optionalTensor(2)?.shape, index: 2, input: input.shape)
    let statistics = Fact(rows.statisticsType, try rows.statisticsShape(input.shape))
    return [Fact(.tensor(input)), statistics, statistics]
  }

  /// Per element: sum, difference, square and its sum, product with the inverse deviation, scale, and bias where there is
  /// one; per row: two divisions, epsilon, root and inverse.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    let hasBias = inputs.count > 2 && inputs[2] != nil
    return try rows.cost(outputs, perElement: hasBias ? 7 : 6, perRow: 5)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = try rows.span(extents)
    let source = try call.values(0)
    let target = try call.results(0)
    let means = call.wants(1) ? try call.results(1) : nil
    let deviations = call.wants(2) ? try call.results(2) : nil
    for row in 0..<span.outer {
      let start = row * span.length
      let moments = Moments(source, start: start, count: span.length)
      let inverse = moments.inverseDeviation(epsilon: Value(rows.epsilon))
      for index in start..<(start + span.length) { target[index] = (source[index] - moments.mean) * inverse }
      means?[row] = moments.mean
      deviations?[row] = inverse
    }
    try scale(target, extents, by: call.values(1), call.dimensions(1), input: 1)
    if let bias = try call.optionalValues(2) {
      try shift(target, extents, by: bias, call.dimensions(2), input: 2)
    }
  }
}

/// Mean and population variance of a run of elements.
struct Moments<Value: Real> {
  let mean: Value
  let variance: Value

  @inline(__always)
  init(_ source: UnsafeBufferPointer<Value>, start: Int, count: Int) {
    var total: Value = 0
    for index in start..<(start + count) { total += source[index] }
    let mean = total / Value(count)
    var squares: Value = 0
    for index in start..<(start + count) { squares += (source[index] - mean) * (source[index] - mean) }
    self.mean = mean
    variance = squares / Value(count)
  }

  @inline(__always)
  func inverseDeviation(epsilon: Value) -> Value { 1 / (variance + epsilon).squareRoot() }
}
