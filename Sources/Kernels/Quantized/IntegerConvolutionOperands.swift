/// The weights of a convolution of 8-bit integers, and what is known of the zero points.
package struct IntegerConvolutionOperands: Sendable {
  /// The bytes' bit patterns, `O, I / groups, KH, KW`.
  package private(set) var weights: [UInt8]
  package let areWeightsSigned: Bool
  /// One for all or one for each output channel.
  package let weightZeros: [Int]
  package let isInputSigned: Bool
  /// Whether input 1 holds the zero point of input 0.
  package let hasInputZero: Bool

  package init(
    weights: [UInt8], areWeightsSigned: Bool, weightZeros: [Int] = [0], isInputSigned: Bool,
    hasInputZero: Bool
  ) {
    self.weights = weights
    self.areWeightsSigned = areWeightsSigned
    self.weightZeros = weightZeros
    self.isInputSigned = isInputSigned
    self.hasInputZero = hasInputZero
  }

  var withoutWeights: IntegerConvolutionOperands {
    var result = self
    result.weights = []
    return result
  }

  /// How many weights each output channel has; throws if there are others than the parameters say.
  func weightsPerChannel(_ parameters: ConvolutionParameters) throws(ConvolutionError) -> Int {
    var count = 1
    for extent in [
      parameters.inputChannels / parameters.groups, parameters.kernel.height, parameters.kernel.width,
    ] {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .sizes }
      count = product
    }
    guard weights.count / count == parameters.outputChannels, weights.count % count == 0,
      weightZeros.count == 1 || weightZeros.count == parameters.outputChannels,
      weightZeros.allSatisfy({ (-128...255).contains($0) })
    else { throw .layout }
    return count
  }

  func weightZero(_ channel: Int) -> Int { weightZeros[weightZeros.count == 1 ? 0 : channel] }

  /// A weight as it is stored, before its zero point is taken off.
  func weight(_ index: Int) -> Int {
    areWeightsSigned ? Int(Int8(bitPattern: weights[index])) : Int(weights[index])
  }

  /// The zero point of the input's numbers as they are stored.
  func zeroPoint(_ call: borrowing KernelCall) -> Int32 {
    guard hasInputZero else { return 0 }
    let zero = call.inputs[1]
    return isInputSigned ? Int32(zero.load(as: Int8.self)) : Int32(zero.load(as: UInt8.self))
  }

  /// The same where signed numbers are kept as `q + 128`.
  func unsignedZeroPoint(_ call: borrowing KernelCall) -> Int32 {
    zeroPoint(call) + (isInputSigned ? 128 : 0)
  }

  /// Weights as integer kernels take them.
  struct Packable {
    /// Signed bytes: less the zero points where 8 bits hold that.
    var bytes: [Int8]
    /// For each channel, the sum of its weights less their zero point.
    var sums: [Int32]
    /// For each channel, what is still to be taken off its weights, negated.
    var factors: [Int32]
  }

  func packableWeights(_ parameters: ConvolutionParameters) throws(ConvolutionError) -> Packable {
    let count = try weightsPerChannel(parameters)
    let channels = parameters.outputChannels
    let fits = weights.indices.allSatisfy { Int8(exactly: weight($0) - weightZero($0 / count)) != nil }
    let shift = areWeightsSigned ? 0 : 128
    var result = Packable(bytes: [], sums: [], factors: [])
    result.bytes.reserveCapacity(weights.count)
    for channel in 0..<channels {
      let zero = weightZero(channel)
      var sum = 0
      for index in channel * count..<(channel + 1) * count {
        let weight = weight(index)
        sum += weight - zero
        result.bytes.append(Int8(truncatingIfNeeded: weight - (fits ? zero : shift)))
      }
      result.sums.append(Int32(truncatingIfNeeded: sum))
      result.factors.append(fits ? 0 : Int32(shift - zero))
    }
    return result
  }
}
