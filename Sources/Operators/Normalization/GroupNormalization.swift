internal import Network

/// `(x - mean) / sqrt(variance + epsilon) * scale + bias`, statistics of each group of channels of an image.
///
/// Scale and bias have an element for each group up to version 20 and for each channel from 21 on.
package struct GroupNormalization: RealOperator {
  package static let name = "GroupNormalization"
  package let role = Role.layer
  package let epsilon: Float
  package let groups: Int
  package let isPerChannel: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-5)
    groups = try attributes.requiredInteger("num_groups")
    isPerChannel = attributes.version >= 21
    guard groups > 0 else { throw .attributeValue("num_groups", reason: "\(groups) is not positive") }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    if let shape = input.shape {
      guard shape.rank >= 2 else { throw .rank(input: 0, expected: "2 or more", found: shape.rank) }
      if let channels = shape[1], channels % groups != 0 {
        throw .shape(input: 0, reason: "\(channels) channels do not divide into \(groups) groups")
      }
      for index in 1...2 {
        try ConvolutionShape.checkBias(
          inputs.tensor(index).shape, index: index, channels: isPerChannel ? shape[1] : groups)
      }
    }
    return [Fact(.tensor(input))]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard let extents = outputs.first?.shape?.known, extents.count >= 2 else { return nil }
    let elements = try product(product(extents), 7)
    return Cost(elementwiseOperations: try sum(elements, product([extents[0], groups, 5])))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    index == 0 ? .whole : .none
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let plane = AxisSpan(extents, from: 2).length
    let perGroup = extents[1] / groups
    let (source, scale, bias) = (try call.values(0), try call.values(1), try call.values(2))
    let target = try call.results(0)
    for group in 0..<(extents[0] * groups) {
      let start = group * perGroup * plane
      let moments = Moments(source, start: start, count: perGroup * plane)
      let inverse = moments.inverseDeviation(epsilon: Value(epsilon))
      for index in start..<(start + perGroup * plane) {
        let parameter = isPerChannel ? index / plane % extents[1] : group % groups
        target[index] = (source[index] - moments.mean) * inverse * scale[parameter] + bias[parameter]
      }
    }
  }
}
