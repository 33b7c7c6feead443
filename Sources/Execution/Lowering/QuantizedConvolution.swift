internal import Kernels
internal import Network
internal import Operators

/// A convolution or a product with a weight matrix on 8-bit numbers, and what has been fused into it.
///
/// Inputs: the image or the rows, and the other operand of the sum if there is one.
struct QuantizedConvolutionOperation: PlannedOperation {
  let parameters: ConvolutionParameters
  let weights: QuantizedWeights
  /// The axis of the weights along which their output channels lie: 0, or 1 for a matrix that is not transposed.
  let channelAxis: Int
  let shape: ByteShape
  /// In units of the input's scale times the weights'.
  let bias: [Int32]
  let input: Quantization
  let output: Quantization
  let limits: ClosedRange<Int>
  private(set) var sum: QuantizedSumOperation?
  /// Whether this result is the first operand of the sum.
  private(set) var isFirst = true

  init(
    parameters: ConvolutionParameters, weights: QuantizedWeights, channelAxis: Int = 0, shape: ByteShape,
    bias: [Int32],
    input: Quantization, output: Quantization, limits: ClosedRange<Int>
  ) {
    self.parameters = parameters
    self.weights = weights
    self.channelAxis = channelAxis
    self.shape = shape
    self.bias = bias
    self.input = input
    self.output = output
    self.limits = limits
  }

  var holdsSyntheticWeights: Bool { weights.source.isSynthetic }
  var overwritableInputs: [Int] { sum == nil ? [] : [1] }

  func byteLayoutRule(_ node: PlanNode, _ graph: PlanGraph) -> ByteLayoutRule? {
    var rule = ByteLayoutRule(
      halos: [parameters.halo], zeros: [input.unsignedZero], shape: shape)
    if let sum {
      let other = isFirst ? sum.second : sum.first
      rule.halos.append(0)
      rule.zeros.append(other.unsignedZero)
      rule.tied = [1]
    }
    return rule
  }

  /// The operation with `sum` taken of its result, if it can do that in the same step.
  func absorbing(_ sum: QuantizedSumOperation, asFirst isFirst: Bool) -> QuantizedConvolutionOperation? {
    guard self.sum == nil, !parameters.isDepthwise else { return nil }
    var result = self
    result.sum = sum
    result.isFirst = isFirst
    return result
  }

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    guard let image = preparation.bytes(0), let target = preparation.outputBytes,
      var values = try weights.load(channelAxis: channelAxis)
    else { return nil }
    let channels = parameters.outputChannels
    if channelAxis == 1 { values = transposed(values, columns: channels) }
    var rounding = ByteRounding(
      bias: bias, scale: (0..<channels).map { input.scale * weights.scale($0) / output.scale },
      zero: output.unsignedZero, low: limits.lowerBound, high: limits.upperBound)
    rounding.sum = sum?.byteSum(resultIsFirst: isFirst)
    do {
      return try values.withUnsafeBufferPointer { values throws(ConvolutionError) -> any PreparedKernel in
        let isa = preparation.options.instructionSet
        let zero = input.unsignedZero
        return parameters.isDepthwise
          ? try QuantizedDepthwise(
            parameters, input: image, output: target, weights: values, inputZero: zero, rounding: rounding,
            instructionSet: isa)
          : try QuantizedConvolution(
            parameters, input: image, output: target, weights: values, inputZero: zero, rounding: rounding,
            instructionSet: isa)
      }
    } catch {
      throw .unsupported("this quantised convolution")
    }
  }

  private func transposed(_ values: [Int8], columns: Int) -> [Int8] {
    let depth = values.count / max(columns, 1)
    return [Int8](unsafeUninitializedCapacity: values.count) { target, count in
      for row in 0..<depth {
        for column in 0..<columns { target[column * depth + row] = values[row * columns + column] }
      }
      count = values.count
    }
  }
}
