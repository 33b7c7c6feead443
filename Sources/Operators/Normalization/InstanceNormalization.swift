internal import Network

/// `(x - mean) / sqrt(variance + epsilon) * scale + bias`, statistics of each plane by itself, parameters per channel.
package struct InstanceNormalization: RealOperator {
  package static let name = "InstanceNormalization"
  package let role = Role.layer
  package let epsilon: Float

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-5)
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if let rank = input.shape?.rank, rank < 2 { throw .rank(input: 0, expected: "2 or more", found: rank) }
    for index in 1...2 {
      try ConvolutionShape.checkBias(inputs.tensor(index).shape, index: index, channels: input.shape?[1])
    }
    return [Fact(.tensor(input))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known, extents.count >= 2 else { return nil }
    let elements = try product(product(extents), 7)
    return Cost(elementwiseOperations: try sum(elements, product([extents[0], extents[1], 5])))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let span = AxisSpan(extents, from: 2)
    let (source, scale, bias) = (try call.values(0), try call.values(1), try call.values(2))
    let target = try call.results(0)
    guard span.length > 0 else { return }
    for plane in 0..<span.outer {
      let start = plane * span.length
      let channel = plane % extents[1]
      let moments = Moments(source, start: start, count: span.length)
      let factor = scale[channel] * moments.inverseDeviation(epsilon: Value(epsilon))
      for index in start..<(start + span.length) {
        target[index] = (source[index] - moments.mean) * factor + bias[channel]
      }
    }
  }
}
