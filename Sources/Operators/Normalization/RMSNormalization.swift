internal import Network

/// `x / sqrt(mean(x^2) + epsilon) * scale` over the last axes. The output has the scale's type.
package struct RMSNormalization: RealOperator {
  package static let name = "RMSNormalization"
  package let role = Role.layer
  package let rows: RowNormalization

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    rows = try RowNormalization(attributes)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let scale = try inputs.tensor(1, of: ElementType.reals)
    try rows.check(scale.shape, index: 1, input: input.shape)
    _ = try rows.statisticsShape(input.shape)
    return [Fact(scale.element, input.shape)]
  }

  /// Per element: square and its sum, product with the inverse, scale; per row: division, epsilon, root, inverse.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known else { return nil }
    let span = try rows.span(extents)
    let elements = try product([span.outer, span.length, 4])
    return Cost(elementwiseOperations: try sum(elements, product(span.outer, 4)))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = try rows.span(extents)
    let source = try call.values(0)
    let target = try call.results(0)
    for row in 0..<span.outer {
      let places = (row * span.length)..<((row + 1) * span.length)
      var squares: Value = 0
      for index in places { squares += source[index] * source[index] }
      let inverse = 1 / (squares / Value(span.length) + Value(rows.epsilon)).squareRoot()
      for index in places { target[index] = source[index] * inverse }
    }
    try scale(target, extents, by: call.values(1), call.dimensions(1), input: 1)
  }
}
