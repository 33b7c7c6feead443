internal import Network

/// Local response normalisation: `x / (bias + alpha / size * sum of squares of the neighbouring channels)^beta`.
package struct LRN: RealOperator {
  package static let name = "LRN"
  package let role = Role.layer
  package let alpha: Float
  package let beta: Float
  package let bias: Float
  package let size: Int

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    alpha = try attributes.float("alpha", default: 0.0001)
    beta = try attributes.float("beta", default: 0.75)
    bias = try attributes.float("bias", default: 1)
    size = try attributes.requiredInteger("size")
    guard size > 0 else { throw .attributeValue("size", reason: "\(size) is not positive") }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if let rank = input.shape?.rank, rank < 2 { throw .rank(input: 0, expected: "2 or more", found: rank) }
    return [Fact(.tensor(input))]
  }

  /// Per element: a square and an addition for each neighbour, then scale, bias, power and division.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, sum(product(2, size), 4))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach { .same }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = AxisSpan(extents, axis: 1)
    let source = try call.values(0)
    let target = try call.results(0)
    let factor = Value(alpha) / Value(size)
    let (below, above) = ((size - 1) / 2, size / 2)
    for outer in 0..<span.outer {
      for channel in 0..<span.length {
        let neighbours =
          max(channel - below, 0)..<(min(channel + min(above, span.length), span.length - 1) + 1)
        let start = (outer * span.length + channel) * span.inner
        for inner in 0..<span.inner { target[start + inner] = 0 }
        for neighbour in neighbours {
          let other = (outer * span.length + neighbour) * span.inner
          for inner in 0..<span.inner {
            target[start + inner] += source[other + inner] * source[other + inner]
          }
        }
        for inner in 0..<span.inner {
          let place = start + inner
          target[place] = source[place] * Value.pow(Value(bias) + factor * target[place], -Value(beta))
        }
      }
    }
  }
}
