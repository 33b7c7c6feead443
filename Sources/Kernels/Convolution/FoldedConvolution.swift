internal import CMicrokernels

/// The transpose of a convolution over dense planes: a matrix product gives what each input element adds to the places of
/// its window, and these are added where they fall ("col2im").
///
/// Inputs: the image `[batch, groups * channels, places...]`, the filters `[groups * channels, filters, kernel...]` and, if
/// there is one, the bias; output `[batch, groups * filters, input...]`. The windows are those of the convolution that
/// this is the transpose of: its input is this kernel's output.
package struct FoldedConvolution: PlanesKernel {
  package let choice: KernelChoice
  package let scratchBytesPerThread: Int

  let convolution: ConvolutionOfPlanes
  private let isa: assay_isa
  private let stripPlaces: Int
  private let filtersAtOnce: Int
  private let leftFloats: Int
  private let rightFloats: Int

  package init(_ convolution: ConvolutionOfPlanes, instructionSet: InstructionSet = .native) {
    self.convolution = convolution
    let (windows, channels, filters) = (convolution.windows, convolution.channels, convolution.filters)
    isa = instructionSet.code
    let tileColumns = Int(assay_gemm_tile_columns(isa))
    let fitting = max(Self.fewestPlaces, Self.packedFloats / max(1, channels))
    stripPlaces = (min(fitting, windows.outputCount) + tileColumns - 1) / tileColumns * tileColumns
    let filterFloats = windows.kernelCount * stripPlaces
    filtersAtOnce = max(1, min(filters, max(Self.packedFloats, 32 * stripPlaces) / filterFloats))
    leftFloats = assay_gemm_scratch_floats(filtersAtOnce * windows.kernelCount, channels)
    rightFloats = assay_gemm_packed_floats(isa, channels, stripPlaces)
    scratchBytesPerThread =
      (leftFloats + rightFloats + filtersAtOnce * filterFloats) * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "transposed convolution \(windows.kernel.map(String.init).joined(separator: "x")) folded",
      tile: "\(assay_gemm_tile_rows(isa)) channels x \(tileColumns) places", instructionSet: instructionSet,
      reason: "\(filtersAtOnce) output channels and \(min(stripPlaces, windows.outputCount)) places at a time"
    )
  }

  /// 1 MiB.
  private static let packedFloats = 1 << 18
  private static let fewestPlaces = 256

  package var partsPerThread: Int { 2 }

  /// Parts divide the output's channels, so that no two add to the same element.
  package func run(_ call: borrowing KernelCall) {
    let blocks = (filters + filtersAtOnce - 1) / filtersAtOnce
    let units = batch * groups * blocks
    let sharesUnits = units >= call.parts
    for unit in sharesUnits ? call.share(of: units) : 0..<units {
      let first = unit % blocks * filtersAtOnce
      var range = first..<min(first + filtersAtOnce, filters)
      if !sharesUnits {
        let share = call.share(of: range.count)
        range = first + share.lowerBound..<first + share.upperBound
      }
      convolve(image: unit / blocks / groups, group: unit / blocks % groups, filters: range, call)
    }
  }

  private func convolve(image: Int, group: Int, filters range: Range<Int>, _ call: borrowing KernelCall) {
    guard !range.isEmpty else { return }
    let planes =
      call.output(0)
      + ((image * groups + group) * filters + range.lowerBound) * windows.inputCount
    let bias = hasBias ? call.input(2) + group * filters : nil
    for filter in range {
      (planes + (filter - range.lowerBound) * windows.inputCount)
        .update(repeating: bias.map { $0[filter] } ?? 0, count: windows.inputCount)
    }
    for first in stride(from: 0, to: windows.outputCount, by: stripPlaces) {
      let places = first..<min(first + stripPlaces, windows.outputCount)
      fold(
        multiply(image: image, group: group, filters: range, places, call), places, range.count, into: planes)
    }
    if activation != .identity {
      activation.apply(planes, to: planes, count: range.count * windows.inputCount, isa: isa)
    }
  }

  /// `[filter, kernel element][place]` for some places, at a pitch of their number.
  private func multiply(
    image: Int, group: Int, filters range: Range<Int>, _ places: Range<Int>, _ call: borrowing KernelCall
  ) -> UnsafePointer<Float> {
    let scratch = call.scratch.assumingMemoryBound(to: Float.self)
    let taps = windows.kernelCount
    let packed = scratch + leftFloats
    assay_gemm_pack_b(
      isa,
      call.input(0)
        + (image * groups + group) * channels * windows.outputCount + places.lowerBound,
      windows.outputCount, 1, channels, places.count, packed)
    var task = assay_gemm_problem()
    task.rows = range.count * taps
    task.columns = places.count
    task.depth = channels
    task.a =
      call.input(1) + (group * channels * filters + range.lowerBound)
      * taps
    task.a_row_stride = 1
    task.a_depth_stride = filters * taps
    task.alpha = 1
    task.packed_b = UnsafePointer(packed)
    task.c = packed + rightFloats
    task.c_row_stride = places.count
    task.low = -.infinity
    task.high = .infinity
    task.scratch = scratch
    assay_gemm_multiply(isa, &task, 0, places.count)
    return UnsafePointer(packed + rightFloats)
  }

  private func fold(
    _ products: UnsafePointer<Float>, _ places: Range<Int>, _ count: Int,
    into planes: UnsafeMutablePointer<Float>
  ) {
    let (taps, plane, step) = (windows.kernelCount, windows.inputCount, windows.strides[windows.rank - 1])
    for tap in 0..<taps {
      windows.forEachRun(of: tap, in: places) { run in
        let from = products + tap * places.count + run.output - places.lowerBound
        for filter in 0..<count {
          let (source, target) = (from + filter * taps * places.count, planes + filter * plane + run.input)
          if step == 1 {
            for index in 0..<run.count { target[index] += source[index] }
          } else {
            for index in 0..<run.count { target[index * step] += source[index] }
          }
        }
      }
    }
  }
}
