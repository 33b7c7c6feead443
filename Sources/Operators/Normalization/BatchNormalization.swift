internal import Network

/// `(x - mean) / sqrt(variance + epsilon) * scale + bias` for each channel.
///
/// In inference form the statistics are inputs. In training form they are those of the batch, and further outputs give the
/// running ones: asked for by `is_test = 0` and more than one output up to version 6, by more than one output from 7 to
/// 13, by `training_mode` from 14 on. Up to version 8, `spatial = 0` takes every element of an image for itself.
package struct BatchNormalization: RealOperator {
  package static let name = "BatchNormalization"
  package let epsilon: Float
  package let momentum: Float
  package let isTraining: Bool
  package let isSpatial: Bool
  /// Whether the outputs are Y, mean, variance, saved mean, saved variance and not only the first three.
  private let savesStatistics: Bool

  package var role: Role { isTraining ? .layer : .normalization }

  package init(_ attributes: borrowing AttributeReader) throws(OperatorError) {
    epsilon = try attributes.float("epsilon", default: 1e-5)
    momentum = try attributes.float("momentum", default: 0.9)
    isSpatial = attributes.version < 9 ? try attributes.flag("spatial", default: true) : true
    switch attributes.version {
    case ..<7: isTraining = try !attributes.flag("is_test") && attributes.outputCount > 1
    case ..<14: isTraining = attributes.outputCount > 1
    default: isTraining = try attributes.flag("training_mode")
    }
    savesStatistics = attributes.version < 14
  }

  package func infer(_ inputs: InferenceInputs) throws(OperatorError) -> [Fact] {
    let input = try inputs.tensor(0, of: ElementType.reals)
    let expected = input.shape.map(statisticsShape)
    for index in 1...4 {
      let parameter = try inputs.tensor(index, of: ElementType.reals)
      guard let found = parameter.shape?.known, let expected = expected?.known else { continue }
      guard found == expected || isSpatial == false && found.reduce(1, &*) == expected.reduce(1, &*) else {
        throw .shape(input: index, reason: "\(found) where the input asks for \(expected)")
      }
    }
    let mean = Fact(try inputs.tensor(3).element, try inputs.tensor(3).shape)
    let variance = Fact(try inputs.tensor(4).element, try inputs.tensor(4).shape)
    let output = Fact(.tensor(input))
    if !isTraining { return [output] }
    return savesStatistics ? [output, mean, variance, mean, variance] : [output, mean, variance]
  }

  private func statisticsShape(_ input: Shape) -> Shape {
    // A vector of one element per image has one channel.
    if input.rank < 2 { return [1] }
    return isSpatial ? [input[1]] : Shape(Array(input.dimensions[1...]))
  }

  /// One multiplication and one addition per element with the statistics folded in; two passes more over the data to
  /// make them in training.
  package func cost(inputs: [Fact?], outputs: [Fact]) throws(OperatorError) -> Cost? {
    try .elementwise(outputs.first?.tensor, isTraining ? 6 : 2)
  }

  package func reach(into index: Int, inputs: [Fact?], outputs: [Fact]) -> Reach {
    guard index == 0 else { return .none }
    return isTraining ? .whole : .same
  }

  package func compute<Value: Real>(_ call: RealContext<Value>) throws(OperatorError) {
    let extents = try call.dimensions(0)
    let batch = extents.first ?? 1
    let channels = extents.count < 2 ? 1 : isSpatial ? extents[1] : extents[1...].reduce(1, &*)
    let plane = extents.count < 2 || !isSpatial ? 1 : extents[2...].reduce(1, &*)
    let source = try call.values(0)
    let target = try call.results(0)
    var means = Array(try call.values(3))
    var variances = Array(try call.values(4))
    if isTraining {
      let (mean, variance) = Self.statistics(source, batch: batch, channels: channels, plane: plane)
      try deliver(mean, variance, running: (means, variances), call)
      (means, variances) = (mean, variance)
    }
    let (scale, bias) = (try call.values(1), try call.values(2))
    for channel in 0..<channels {
      let factor = scale[channel] / (variances[channel] + Value(epsilon)).squareRoot()
      let shift = bias[channel] - means[channel] * factor
      for image in 0..<batch {
        let start = (image * channels + channel) * plane
        for index in start..<(start + plane) { target[index] = source[index] * factor + shift }
      }
    }
  }

  /// Mean and population variance of each channel.
  private static func statistics<Value: Real>(
    _ source: UnsafeBufferPointer<Value>, batch: Int, channels: Int, plane: Int
  ) -> (mean: [Value], variance: [Value]) {
    var means: [Value] = []
    var variances: [Value] = []
    let count = Value(batch * plane)
    for channel in 0..<channels {
      var total: Value = 0
      for image in 0..<batch {
        let start = (image * channels + channel) * plane
        for index in start..<(start + plane) { total += source[index] }
      }
      let mean = total / count
      var squares: Value = 0
      for image in 0..<batch {
        let start = (image * channels + channel) * plane
        for index in start..<(start + plane) { squares += (source[index] - mean) * (source[index] - mean) }
      }
      means.append(mean)
      variances.append(squares / count)
    }
    return (means, variances)
  }

  private func deliver<Value: Real>(
    _ mean: [Value], _ variance: [Value], running: (mean: [Value], variance: [Value]),
    _ call: RealContext<Value>
  ) throws(OperatorError) {
    let keep = Value(momentum)
    for (index, (old, new)) in [(running.mean, mean), (running.variance, variance)].enumerated() {
      if call.wants(1 + index) {
        let output = try call.results(1 + index)
        for channel in output.indices { output[channel] = old[channel] * keep + new[channel] * (1 - keep) }
      }
      if call.wants(3 + index) { _ = try call.results(3 + index).update(fromContentsOf: new) }
    }
  }
}
