import CMicrokernels

/// What one core can do at most, measured: independent multiply-adds in registers.
package enum PeakRate {
  /// Multiply-adds per second, the best of a few short runs.
  package static func multiplyAddsPerSecond(_ instructionSet: InstructionSet = .native) -> Double {
    let rounds: Int64 = 1_000_000
    guard let kernels = assay_convolution_kernels_for(instructionSet.code)?.pointee else { return 0 }
    var best = Duration.seconds(1_000_000)
    for _ in 0..<8 {
      let start = ContinuousClock.now
      let value = kernels.multiply_add(rounds)
      let time = ContinuousClock.now - start
      // The result is always a number; asking keeps the loop.
      if !value.isNaN { best = min(best, time) }
    }
    return Double(rounds) * Double(kernels.multiply_add_chains) / best.inSeconds
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
