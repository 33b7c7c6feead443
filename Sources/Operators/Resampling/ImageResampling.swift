package import Kernels
internal import Network

/// An operator that resamples images, which a prepared kernel may do plane by plane.
package protocol ImageResampling: Operator {
  /// Where the elements of the last two axes come from, if the others stay as they are; nil where an element takes more than
  /// two of each axis, or where only the run knows the extents.
  func imageAxes(
    _ inputs: InferenceInputs
  ) throws(OperatorError) -> (rows: ResizeKernel.Axis, columns: ResizeKernel.Axis)?
}

extension Resize: ImageResampling {}
extension Upsample: ImageResampling {}

extension ResamplingOperator {
  package func imageAxes(
    _ inputs: InferenceInputs
  ) throws(OperatorError) -> (rows: ResizeKernel.Axis, columns: ResizeKernel.Axis)? {
    guard let shape = try inputs.tensor(0).shape, let axes = try axes(shape, inputs), axes.count >= 2,
      axes.dropLast(2).allSatisfy(\.isIdentity),
      let rows = resampling.sources(axes[axes.count - 2]),
      let columns = resampling.sources(axes[axes.count - 1])
    else { return nil }
    return (rows, columns)
  }
}

extension Resampling {
  /// No axis that a kernel resizes is longer.
  private static let longest = 1 << 20

  fileprivate func sources(_ axis: ResamplingAxis) -> ResizeKernel.Axis? {
    guard mapping != .cropAndResize, !excludeOutside, axis.inputExtent > 0,
      max(axis.inputExtent, axis.outputExtent) <= Self.longest
    else { return nil }
    var sources = ResizeKernel.Axis()
    for position in 0..<axis.outputExtent {
      let taps =
        axis.isIdentity ? [(index: position, weight: 1)] : taps(axis.source(of: position, mapping), axis)
      guard let first = taps.first, let last = taps.last, taps.count <= 2 else { return nil }
      sources.append(
        Int32(first.index), Int32(last.index), weight: taps.count == 2 ? Float(last.weight) : 0)
    }
    return sources
  }
}
