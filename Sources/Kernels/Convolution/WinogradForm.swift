/// A size of Winograd's minimal filtering for 3x3 kernels of stride 1.
package enum WinogradForm: Int, Sendable, CaseIterable {
  /// 16 products for 4 outputs.
  case two = 2
  /// 36 products for 16 outputs.
  case four = 4

  /// Outputs along each side of a tile.
  var side: Int { rawValue }
  /// Products for each tile and pair of channels.
  var elements: Int { (side + 2) * (side + 2) }

  static func applies(to parameters: ConvolutionParameters) -> Bool {
    let ones = ConvolutionParameters.Size(1, 1)
    return parameters.kernel == .init(3, 3) && parameters.stride == ones && parameters.dilation == ones
      && parameters.groups == 1
  }

  func tiles(_ parameters: ConvolutionParameters) -> (rows: Int, columns: Int) {
    ((parameters.output.height + side - 1) / side, (parameters.output.width + side - 1) / side)
  }

  static func chosen(
    for parameters: ConvolutionParameters, arithmetic: ConvolutionArithmetic
  ) -> WinogradForm? {
    guard applies(to: parameters) else { return nil }
    switch arithmetic {
    case .direct: return nil
    case .winograd(let form): return form
    case .fastest:
      let best = allCases.min { $0.estimate(parameters) < $1.estimate(parameters) }
      return best.flatMap { $0.estimate(parameters) < directEstimate(parameters) ? $0 : nil }
    }
  }

  // The estimates are times in units of one float's multiply-add at the peak rate of a core. Weights beyond the
  // second-level cache arrive `floatTransfer` times slower than a multiply-add; what is larger of arithmetic and
  // transfer counts.
  private static let efficiency = 0.8
  private static let floatTransfer = 20.0
  private static let cachedFloats = 256.0 * 1024

  private static func time(multiplyAdds: Double, weights: Double) -> Double {
    let arithmetic = multiplyAdds / efficiency
    return weights > cachedFloats ? max(arithmetic, weights * floatTransfer) : arithmetic
  }

  private static func directEstimate(_ parameters: ConvolutionParameters) -> Double {
    time(
      multiplyAdds: parameters.multiplyAccumulates,
      weights: Double(9 * parameters.inputChannels) * Double(parameters.outputChannels))
  }

  private func estimate(_ parameters: ConvolutionParameters) -> Double {
    let (rows, columns) = tiles(parameters)
    let tiles = Double(parameters.batch * rows * columns)
    let weights = Double(elements * parameters.inputChannels) * Double(parameters.outputChannels)
    // Transforms pass each element through the cache a few times.
    let transforms =
      tiles * Double(elements) * Double(parameters.inputChannels + 2 * parameters.outputChannels) * 3
    let products =
      tiles * Double(elements) * Double(parameters.inputChannels) * Double(parameters.outputChannels)
    return Self.time(multiplyAdds: products, weights: weights) + transforms
  }
}
