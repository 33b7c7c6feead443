import CMicrokernels

/// Resizes a blocked tensor of floats: input 0 to output 0, border and padded channels included.
package struct BlockedResize: PreparedKernel {
  package let choice: KernelChoice
  private let input: BlockedLayout
  private let output: BlockedLayout
  private let rows: ResizeKernel.Axis
  private let columns: ResizeKernel.Axis
  private let isLinear: Bool

  /// nil where the layouts do not fit the axes, whose indices are below the input's extents.
  package init?(
    input: BlockedLayout, output: BlockedLayout, rows: ResizeKernel.Axis, columns: ResizeKernel.Axis
  ) {
    guard input.batch == output.batch, input.channels == output.channels, rows.count == output.height,
      columns.count == output.width
    else { return nil }
    (self.input, self.output, self.rows, self.columns) = (input, output, rows, columns)
    isLinear = !(rows.isChoice && columns.isChoice)
    choice = KernelChoice(kernel: isLinear ? "resize, linear" : "resize, nearest", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let share = call.share(of: output.batch * output.blocks)
    let (x, y) = (call.input(0), call.output(0))
    rows.withMicrokernelAxis { rows in
      columns.withMicrokernelAxis { columns in
        var resize = assay_resize(
          in: input.microkernelLayout, out: output.microkernelLayout, blocks: Int32(output.blocks),
          rows: rows,
          columns: columns, is_linear: isLinear ? 1 : 0)
        assay_resize_planes(&resize, x, y, Int32(share.lowerBound), Int32(share.upperBound))
      }
    }
  }
}

extension ResizeKernel.Axis {
  fileprivate func withMicrokernelAxis(_ body: (assay_resize_axis) -> Void) {
    low.withUnsafeBufferPointer { low in
      high.withUnsafeBufferPointer { high in
        weight.withUnsafeBufferPointer { weight in
          body(
            assay_resize_axis(
              low: low.baseAddress, high: high.baseAddress, weight: weight.baseAddress, count: Int32(count)))
        }
      }
    }
  }
}
