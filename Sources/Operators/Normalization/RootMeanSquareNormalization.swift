internal import Network

/// `x / sqrt(mean(x^2) + epsilon) * scale` over the last axes. The output has the scale's type; the inverse root is a
/// second output where the operator has one.
package protocol RootMeanSquareNormalization: RealOperator {
  var rows: RowNormalization { get }
}

extension RootMeanSquareNormalization {
  func facts(_ inputs: InferenceInputs) throws(OperatorError) -> (result: Fact, inverses: Fact) {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let scale = try inputs.tensor(1, of: ElementType.reals)
    try rows.check(scale.shape, index: 1, input: input.shape)
    return (
      Fact(scale.element, input.shape), Fact(rows.statisticsType, try rows.statisticsShape(input.shape))
    )
  }

  /// Per element: square and its sum, product with the inverse, scale; per row: division, epsilon, root, inverse.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try rows.cost(outputs, perElement: 4, perRow: 4)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = try rows.span(extents)
    let source = try call.values(0)
    let target = try call.results(0)
    let inverses = call.wants(1) ? try call.results(1) : nil
    for row in 0..<span.outer {
      let places = (row * span.length)..<((row + 1) * span.length)
      var squares: Value = 0
      for index in places { squares += source[index] * source[index] }
      let inverse = 1 / (squares / Value(span.length) + Value(rows.epsilon)).squareRoot()
      for index in places { target[index] = source[index] * inverse }
      inverses?[row] = inverse
    }
    try scale(target, extents, by: call.values(1), call.dimensions(1), input: 1)
  }
}
