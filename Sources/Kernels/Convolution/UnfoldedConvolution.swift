internal import CMicrokernels

/// A convolution of dense planes as matrix products: what the windows of some places read is brought together
/// ("im2col"), already in the order in which the product wants its right matrix, and multiplied by the filters.
///
/// For what the blocked layout does not serve: one or three axes, filters that the network computes. Inputs: the image
/// `[batch, groups * channels, input...]`, the filters `[groups * filters, channels, kernel...]` and, if there is one, the
/// bias; output `[batch, groups * filters, places...]`.
package struct UnfoldedConvolution: PlanesKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int

  let convolution: ConvolutionOfPlanes
  private let isa: assay_isa
  private let tileColumns: Int
  private let stripPlaces: Int
  private let leftFloats: Int

  package init(_ convolution: ConvolutionOfPlanes, instructionSet: InstructionSet = .native) {
    self.convolution = convolution
    let (windows, channels, filters) = (convolution.windows, convolution.channels, convolution.filters)
    isa = instructionSet.code
    tileColumns = Int(assay_gemm_tile_columns(isa))
    let depth = channels * windows.kernelCount
    let fitting = max(Self.fewestPlaces, Self.unfoldedFloats / max(1, depth))
    stripPlaces = (min(fitting, windows.outputCount) + tileColumns - 1) / tileColumns * tileColumns
    leftFloats = assay_gemm_scratch_floats(filters, depth)
    scratchBytesPerThread =
      (leftFloats + assay_gemm_packed_floats(isa, depth, stripPlaces)) * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "convolution \(windows.kernel.map(String.init).joined(separator: "x")) unfolded",
      tile: "\(assay_gemm_tile_rows(isa)) channels x \(tileColumns) places", instructionSet: instructionSet,
      reason: "planes, \(min(stripPlaces, windows.outputCount)) places brought together at a time")
  }

  /// 1 MiB: half of an L2 cache; the other half holds the filters.
  private static let unfoldedFloats = 1 << 18
  /// For fewer, packing the filters again would cost more than the product.
  private static let fewestPlaces = 192

  /// Every part packs the filters that it needs.
  package var partsPerThread: Int { 2 }

  package func run(_ call: borrowing KernelCall) {
    let strips = (windows.outputCount + stripPlaces - 1) / stripPlaces
    let units = batch * groups * strips
    let sharesUnits = units >= call.parts
    for unit in sharesUnits ? call.share(of: units) : 0..<units {
      let first = unit % strips * stripPlaces
      convolve(
        image: unit / strips / groups, group: unit / strips % groups,
        places: first..<min(first + stripPlaces, windows.outputCount),
        filters: sharesUnits ? 0..<filters : call.share(of: filters), call)
    }
  }

  private func convolve(
    image: Int, group: Int, places: Range<Int>, filters range: Range<Int>, _ call: borrowing KernelCall
  ) {
    guard !range.isEmpty else { return }
    let depth = channels * windows.kernelCount
    let scratch = call.scratch.assumingMemoryBound(to: Float.self)
    let firstFilter = group * filters + range.lowerBound
    let target =
      call.output(0)
      + (image * groups * filters + firstFilter) * windows.outputCount + places.lowerBound
    unfold(
      call.input(0)
        + (image * groups + group) * channels * windows.inputCount, places, into: scratch + leftFloats)

    let epilogue = activation.epilogue
    var task = assay_gemm_problem()
    task.rows = range.count
    task.columns = places.count
    task.depth = depth
    task.a = call.input(1) + firstFilter * depth
    task.a_row_stride = depth
    task.a_depth_stride = 1
    task.alpha = 1
    task.packed_b = UnsafePointer(scratch + leftFloats)
    task.c = target
    task.c_row_stride = windows.outputCount
    task.low = epilogue.low
    task.high = epilogue.high
    if let function = epilogue.function { task.activation = assay_unary_for(function, isa) }
    task.activation_parameters = activation.code.parameters
    task.scratch = scratch
    if hasBias {
      let bias = call.input(2) + firstFilter
      for row in 0..<range.count {
        (target + row * windows.outputCount).update(repeating: bias[row], count: places.count)
      }
      task.residual = UnsafePointer(target)
      task.residual_row_stride = windows.outputCount
    }
    assay_gemm_multiply(isa, &task, 0, places.count)
  }

  /// Writes `[panel][channel, kernel element][place in the panel]`; zero in the padding and beyond the last place.
  private func unfold(
    _ planes: UnsafePointer<Float>, _ places: Range<Int>, into packed: UnsafeMutablePointer<Float>
  ) {
    let (taps, plane, step) = (windows.kernelCount, windows.inputCount, windows.strides[windows.rank - 1])
    let panelFloats = channels * taps * tileColumns
    let panels = (places.count + tileColumns - 1) / tileColumns
    packed.update(repeating: 0, count: panels * panelFloats)
    for tap in 0..<taps {
      windows.forEachRun(of: tap, in: places) { run in
        var done = 0
        while done < run.count {
          let column = run.output + done - places.lowerBound
          let count = min(run.count - done, tileColumns - column % tileColumns)
          let target = packed + column / tileColumns * panelFloats + tap * tileColumns + column % tileColumns
          let source = planes + run.input + done * step
          for channel in 0..<channels {
            let (to, from) = (target + channel * taps * tileColumns, source + channel * plane)
            if step == 1 {
              for index in 0..<count { to[index] = from[index] }
            } else {
              for index in 0..<count { to[index] = from[index * step] }
            }
          }
          done += count
        }
      }
    }
  }
}
