internal import CMicrokernels

/// Maximum or average over the windows of dense planes with any number of axes: input 0 `[planes, input...]` to output 0
/// `[planes, places...]`.
///
/// A window is folded along one axis after the other, the outermost first, so that it costs the sum of its extents and not
/// their product. Some places of the outermost axis at a time, so that what lies between two axes stays in the cache.
package struct PlanarPooling: PreparedKernel {
  package enum Reduction: Sendable {
    case maximum
    /// For each axis, by how many elements a window at each place counts: the sum is divided by their product, or is 0
    /// where that is 0.
    case average(counts: [[Int]])
  }

  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  private let windows: WindowGeometry
  private let planes: Int
  /// The axes along which windows are more than single elements; the last one is there always.
  private let axes: [AxisFold]
  /// What sums are multiplied by: nothing, one number for all places or one for each.
  private let scales: [Float]
  private let placesAtOnce: Int
  private let scratchFloats: Int

  /// nil where the planes are so large that what lies between two axes would take excessive memory.
  package init?(
    _ windows: WindowGeometry, planes: Int, reduction: Reduction, instructionSet: InstructionSet = .native
  ) {
    self.windows = windows
    self.planes = planes
    let isMaximum: Bool
    switch reduction {
    case .maximum: (isMaximum, scales) = (true, [])
    case .average(let counts): (isMaximum, scales) = (false, Self.scales(counts))
    }
    let rank = windows.input.count
    axes = (0..<rank).map { AxisFold(windows, axis: $0, isMaximum: isMaximum, isa: instructionSet.code) }
      .filter { !$0.isIdentity || $0.axis == rank - 1 }
    // Padding may leave an axis longer than it was.
    var row = 1
    for axis in 1..<max(1, rank) {
      let (product, overflow) = row.multipliedReportingOverflow(
        by: max(windows.input[axis], windows.output[axis]))
      guard !overflow, product <= Self.mostFoldedFloats else { return nil }
      row = product
    }
    // Of the outermost axis, as many places as make 128 KiB of what is folded along it.
    placesAtOnce = max(1, min(windows.output[0], Self.foldedFloats / max(1, row)))
    scratchFloats = axes.count > 1 ? placesAtOnce * row : 0
    scratchBytesPerThread = 2 * scratchFloats * MemoryLayout<Float>.stride
    choice = KernelChoice(
      kernel: "\(isMaximum ? "maximum" : "average") pool "
        + "\(windows.kernel.map(String.init).joined(separator: "x")) of planes",
      tile: "\(placesAtOnce) places of the first axis", instructionSet: instructionSet,
      reason: "one axis after the other")
  }

  private static let foldedFloats = 1 << 15
  /// 1 GiB.
  private static let mostFoldedFloats = 1 << 28

  private static func scales(_ counts: [[Int]]) -> [Float] {
    if counts.allSatisfy({ Set($0).count == 1 }) {
      let product = counts.reduce(1) { $0 * ($1.first ?? 1) }
      return [product == 0 ? 0 : 1 / Float(product)]
    }
    var products = [1]
    for axis in counts { products = products.flatMap { outer in axis.map { outer * $0 } } }
    return products.map { $0 == 0 ? 0 : 1 / Float($0) }
  }

  package func run(_ call: borrowing KernelCall) {
    let strips = (windows.output[0] + placesAtOnce - 1) / placesAtOnce
    for unit in call.share(of: planes * strips) {
      let first = unit % strips * placesAtOnce
      pool(
        plane: unit / strips, first..<min(first + placesAtOnce, windows.output[0]), call)
    }
  }

  /// All windows whose place along the first axis is one of these.
  private func pool(plane: Int, _ places: Range<Int>, _ call: borrowing KernelCall) {
    let scratch = call.scratch.assumingMemoryBound(to: Float.self)
    let row = windows.outputCount / windows.output[0]
    let start = places.lowerBound * row
    let result = call.output(0) + plane * windows.outputCount + start
    var source = call.input(0) + plane * windows.inputCount
    if axes[0].axis > 0 { source += places.lowerBound * (windows.inputCount / windows.input[0]) }
    // Rows that lie before an axis, of which earlier axes have left these.
    for (index, fold) in axes.enumerated() {
      let target = index + 1 == axes.count ? result : scratch + index % 2 * scratchFloats
      let outer = fold.axis == 0 ? 1 : places.count * fold.outer
      fold.run(
        source, outer: outer, places: fold.axis == 0 ? places : 0..<windows.output[fold.axis], into: target)
      source = UnsafePointer(target)
    }
    if scales.count == 1 {
      for index in 0..<places.count * row { result[index] *= scales[0] }
    } else if !scales.isEmpty {
      for index in 0..<places.count * row { result[index] *= scales[start + index] }
    }
  }
}
