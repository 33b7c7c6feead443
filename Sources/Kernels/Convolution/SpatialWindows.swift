/// A sliding window over the dense planes of a tensor with any number of spatial axes.
///
/// Place `p` and kernel element `k` of an axis meet at element `p * stride - start + k * dilation` of the input, which
/// lies in the padding where that is outside of it. All lists have one entry for each axis, at least one.
package struct SpatialWindows: Sendable {
  package let input: [Int]
  package let output: [Int]
  package let kernel: [Int]
  package let strides: [Int]
  package let dilations: [Int]
  package let starts: [Int]

  package init(
    input: [Int], output: [Int], kernel: [Int], strides: [Int], dilations: [Int], starts: [Int]
  ) {
    self.input = input
    self.output = output
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.starts = starts
  }

  var inputCount: Int { input.reduce(1, *) }
  var outputCount: Int { output.reduce(1, *) }
  var kernelCount: Int { kernel.reduce(1, *) }
  private var last: Int { input.count - 1 }

  /// Distance between the elements of the input that neighbouring places of a run meet.
  var step: Int { strides[last] }

  /// Places in a row, one after the other, that a kernel element meets in the input.
  struct Run {
    var place: Int
    var element: Int
    var count: Int
  }

  /// Calls `body` with what kernel element `tap` meets of the input within `places`, row by row.
  func forEachRun(of tap: Int, in places: Range<Int>, _ body: (Run) -> Void) {
    let width = output[last]
    let shift = tap % kernel[last] * dilations[last] - starts[last]
    // Columns `first..<end` meet the input.
    let first = shift >= 0 ? 0 : (-shift + step - 1) / step
    let end = min(width, shift < input[last] ? (input[last] - 1 - shift) / step + 1 : 0)
    for row in places.lowerBound / width..<(places.upperBound + width - 1) / width {
      let begin = max(places.lowerBound, row * width + first)
      let count = min(places.upperBound, row * width + end) - begin
      guard count > 0, let start = elementRow(row, tap / kernel[last]) else { continue }
      body(Run(place: begin, element: start + (begin - row * width) * step + shift, count: count))
    }
  }

  /// Where the row of the input starts that a row of places meets with the kernel's row `tap`; nil in the padding.
  private func elementRow(_ row: Int, _ tap: Int) -> Int? {
    var (row, tap) = (row, tap)
    var start = 0
    var pitch = input[last]
    for axis in stride(from: last - 1, through: 0, by: -1) {
      let at = row % output[axis] * strides[axis] - starts[axis] + tap % kernel[axis] * dilations[axis]
      guard at >= 0, at < input[axis] else { return nil }
      start += at * pitch
      pitch *= input[axis]
      row /= output[axis]
      tap /= kernel[axis]
    }
    return start
  }
}
