internal import Network

/// Depthwise convolution along a sequence that sees only the past, which a state carries from call to call (operator
/// set 27).
///
/// Input `[batch, channels, length]`, weight `[channels, 1, k]`, state `[batch, channels, k - 1]`.
package struct CausalConvWithState: RealOperator {
  package static let name = "CausalConvWithState"
  package let role = Role.matrixLayer
  package let hasSwish: Bool

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    switch try attributes.string("activation", default: "none") {
    case "none": hasSwish = false
    case "silu", "swish": hasSwish = true
    case let other: throw .attributeValue("activation", reason: "\(other) is not none, silu or swish")
    }
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let weight = try inputs.tensor(1, of: [input.element])
    for (index, shape) in [input.shape, weight.shape].enumerated() {
      if let shape, shape.rank != 3 { throw .rank(input: index, expected: "3", found: shape.rank) }
    }
    typealias E = AttentionExtents
    let channels = try E.agreed(input.shape?[1] ?? nil, weight.shape?[0] ?? nil, input: 1, "the channels")
    _ = try E.agreed(1, weight.shape?[1] ?? nil, input: 1, "the channels of a filter")
    try ConvolutionShape.checkBias(inputs.optionalTensor(2)?.shape, index: 2, channels: channels)
    let kernel = weight.shape?[2] ?? nil
    if let kernel, kernel < 1 { throw .shape(input: 1, reason: "an empty kernel") }
    let state: Shape = [input.shape?[0] ?? nil, channels, kernel.map { $0 - 1 }]
    if let past = try inputs.optionalTensor(3)?.shape?.known, let expected = state.known, past != expected {
      throw .shape(input: 3, reason: "\(past) where \(expected) is needed")
    }
    let output = Shape([input.shape?[0] ?? nil, channels, input.shape?[2] ?? nil])
    return [Fact(input.element, output), Fact(input.element, state)]
  }

  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    guard inputs.count > 1, let count = outputs.first?.shape?.elementCount, let kernel = inputs[1]?.shape?[2]
    else { return nil }
    let hasBias = inputs.count > 2 && inputs[2] != nil
    // Swish: exponential, sum, quotient and the sign before them, and the product.
    let perElement = (hasBias ? 1 : 0) + (hasSwish ? 5 : 0)
    return Cost(macs: try product(count, kernel), elementwiseOperations: try product(count, perElement))
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0, inputs.count > 1, let kernel = inputs[1]?.shape?[2] else { return .none }
    return .window(kernel: [kernel], strides: [1], dilations: [1], padding: [kernel - 1])
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let kernel = try call.dimensions(1)[2]
    let (source, weight) = (try call.values(0), try call.values(1))
    let (bias, past) = (try call.optionalValues(2), try call.optionalValues(3))
    let target = try call.results(0)
    let present = call.wants(1) ? try call.results(1) : nil
    let (channels, length, carried) = (extents[1], extents[2], kernel - 1)
    var line = [Value](repeating: 0, count: try sum(length, carried))
    for plane in 0..<(extents[0] * channels) {
      for index in 0..<carried { line[index] = past?[plane * carried + index] ?? 0 }
      for index in 0..<length { line[carried + index] = source[plane * length + index] }
      let taps = plane % channels * kernel
      for index in 0..<length {
        var total = bias?[plane % channels] ?? 0
        for tap in 0..<kernel { total += weight[taps + tap] * line[index + tap] }
        target[plane * length + index] = hasSwish ? total / (1 + Value.exp(-total)) : total
      }
      if let present {
        for index in 0..<carried { present[plane * carried + index] = line[length + index] }
      }
    }
  }
}
