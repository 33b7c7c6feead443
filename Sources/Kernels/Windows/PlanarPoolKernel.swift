internal import CMicrokernels

/// Maximum or average over windows of a dense `N, C, [D,] [H,] W` tensor: input 0 to output 0.
///
/// The plain form for what the blocked layout does not serve: other than two dimensions, dilation, NaN-exact maxima.
package struct PlanarPoolKernel: PreparedKernel {
  package enum Reduction: Sendable, Hashable {
    case maximum
    /// Over the values inside the input, or over the padded ones too.
    case average(countsPadding: Bool)
  }

  package let choice: KernelChoice
  private let planes: Int
  private let inputPlane: Int
  private let outputPlane: Int
  private let geometry: [[Int]]
  private let kind: assay_window_kind

  /// Each list holds one entry for each of the one to three spatial dimensions.
  package init(
    _ reduction: Reduction, planes: Int, input: [Int], output: [Int], window: [Int], stride: [Int],
    dilation: [Int], padBefore: [Int], padAfter: [Int]
  ) {
    self.planes = planes
    inputPlane = input.reduce(1, *)
    outputPlane = output.reduce(1, *)
    func three(_ values: [Int], _ missing: Int) -> [Int] {
      [Int](repeating: missing, count: max(0, 3 - values.count)) + values
    }
    geometry = [
      three(input, 1), three(output, 1), three(window, 1), three(stride, 1), three(dilation, 1),
      three(padBefore, 0), three(padAfter, 0),
    ]
    kind =
      switch reduction {
      case .maximum: assay_window_maximum
      case .average(true): assay_window_mean_with_padding
      case .average(false): assay_window_mean
      }
    choice = KernelChoice(kernel: "pooling, planar", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    var code = assay_window()
    code.kind = kind
    code.input = triple(0)
    code.output = triple(1)
    code.window = triple(2)
    code.stride = triple(3)
    code.dilation = triple(4)
    code.pad_before = triple(5)
    code.pad_after = triple(6)
    for plane in call.share(of: planes) {
      assay_window_plane(&code, call.input(0) + plane * inputPlane, call.output(0) + plane * outputPlane)
    }
  }

  private func triple(_ row: Int) -> (Int, Int, Int) {
    (geometry[row][0], geometry[row][1], geometry[row][2])
  }
}
