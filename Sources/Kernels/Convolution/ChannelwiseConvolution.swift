internal import CMicrokernels

/// A depthwise convolution of dense planes: each filter is slid over the one channel that it reads, an element of the filter at a time.
/// As a matrix product it would be one of a single row.
///
/// Inputs: the image `[batch, groups, input...]`, the filters `[groups * filters, 1, kernel...]` and, if there is one, the bias; output
/// `[batch, groups * filters, places...]`.
package struct ChannelwiseConvolution: PlanesKernel {
  package let choice: KernelChoice
  let convolution: ConvolutionOfPlanes

  /// 16 KiB of sums and as much of the image: both stay in an L1 cache.
  private static let stripPlaces = 4096

  /// Of a channel; more make a matrix product worth its while.
  private static let mostFilters = 4

  /// nil where a filter reads more than one channel, or many filters read the same.
  package init?(_ convolution: ConvolutionOfPlanes, instructionSet: InstructionSet = .native) {
    guard convolution.channels == 1, convolution.filters <= Self.mostFilters else { return nil }
    self.convolution = convolution
    choice = KernelChoice(
      kernel:
        "convolution \(convolution.windows.kernel.map(String.init).joined(separator: "x")) depthwise, planes",
      instructionSet: instructionSet)
  }

  package func run(_ call: borrowing KernelCall) {
    let places = windows.outputCount
    let strips = (places + Self.stripPlaces - 1) / Self.stripPlaces
    for unit in call.share(of: batch * groups * filters * strips) {
      let first = unit % strips * Self.stripPlaces
      slide(plane: unit / strips, places: first..<min(first + Self.stripPlaces, places), call)
    }
  }

  /// - Parameter plane: of the output, images outside.
  private func slide(plane: Int, places: Range<Int>, _ call: borrowing KernelCall) {
    let isa = choice.instructionSet.code
    let filter = plane % (groups * filters)
    let source = call.input(0) + plane / filters * windows.inputCount
    let weights = call.input(1) + filter * windows.kernelCount
    let target = call.output(0) + plane * windows.outputCount
    let strip = target + places.lowerBound
    strip.update(repeating: hasBias ? call.input(2)[filter] : 0, count: places.count)
    for tap in 0..<windows.kernelCount {
      windows.forEachRun(of: tap, in: places) { run in
        let (from, to) = (source + run.input, target + run.output)
        if run.step == 1 {
          assay_add_scaled_row(isa, weights[tap], from, to, run.count)
        } else {
          for index in 0..<run.count { to[index] += weights[tap] * from[index * run.step] }
        }
      }
    }
    if activation != .identity {
      activation.apply(UnsafePointer(strip), to: strip, count: places.count, isa: isa)
    }
  }
}
