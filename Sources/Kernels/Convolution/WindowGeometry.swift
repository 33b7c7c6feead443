/// A sliding window over known extents: place `p` and kernel element `k` of an axis meet at element
/// `p * stride - start + k * dilation` of the input, which lies in the padding where that is outside `0..<input`.
///
/// Strides, dilations, kernel and padding are at most 2^31, so that products of two stay far from overflow.
package struct WindowGeometry: Sendable, Equatable {
  package let input: [Int]
  package let output: [Int]
  package let kernel: [Int]
  package let strides: [Int]
  package let dilations: [Int]
  package let starts: [Int]
  package let ends: [Int]

  package init(
    input: [Int], output: [Int], kernel: [Int], strides: [Int], dilations: [Int], starts: [Int],
    ends: [Int]
  ) {
    self.input = input
    self.output = output
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    self.starts = starts
    self.ends = ends
  }

  package var rank: Int { input.count }
  package var inputCount: Int { input.reduce(1, &*) }
  package var outputCount: Int { output.reduce(1, &*) }
  package var kernelCount: Int { kernel.reduce(1, &*) }

  /// Places along `axis` at which kernel element `element` meets the input and not the padding.
  package func places(_ axis: Int, meeting element: Int) -> Range<Int> {
    let offset = element * dilations[axis] - starts[axis]
    let stride = strides[axis]
    let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
    let last = input[axis] - 1 - offset
    let end = last < 0 ? 0 : min(last / stride + 1, output[axis])
    return first..<max(first, end)
  }

  /// Kernel elements of `axis` that meet the input at one place or more.
  private func elements(_ axis: Int) -> Range<Int> {
    guard input[axis] > 0, output[axis] > 0 else { return 0..<0 }
    let reached = starts[axis] - (output[axis] - 1) * strides[axis]
    let first = reached <= 0 ? 0 : (reached + dilations[axis] - 1) / dilations[axis]
    let end = min((input[axis] - 1 + starts[axis]) / dilations[axis] + 1, kernel[axis])
    return first..<max(first, end)
  }

  /// Along an axis, how many elements of the input the window meets at each place; elements of the padding count too
  /// where `includingPadding` is set, what lies behind the end padding never does.
  package func counts(_ axis: Int, includingPadding: Bool) -> [Int] {
    let low = includingPadding ? -starts[axis] : 0
    let high = includingPadding ? input[axis] + ends[axis] : input[axis]
    let dilation = dilations[axis]
    return (0..<output[axis]).map { place in
      let origin = place * strides[axis] - starts[axis]
      let first = origin >= low ? 0 : (low - origin + dilation - 1) / dilation
      let end = origin >= high ? 0 : min((high - 1 - origin) / dilation + 1, kernel[axis])
      return max(end - first, 0)
    }
  }

  /// A run of places along the last axis that one kernel element meets without a break.
  package struct Run {
    /// Index of the kernel element.
    package var kernel: Int
    /// Index of the first place in the output.
    package var output: Int
    /// Index of the element met there, and the distance to the next.
    package var input: Int
    package var step: Int
    package var count: Int
  }

  /// Calls `body` for every run, outer kernel elements first.
  package func forEachRun(_ body: (Run) -> Void) {
    if rank == 0 {
      body(Run(kernel: 0, output: 0, input: 0, step: 1, count: 1))
    } else {
      descend(axis: 0, Run(kernel: 0, output: 0, input: 0, step: strides[rank - 1], count: 0), body)
    }
  }

  private func descend(axis: Int, _ run: Run, _ body: (Run) -> Void) {
    for element in elements(axis) {
      let places = places(axis, meeting: element)
      if places.isEmpty { continue }
      var next = run
      next.kernel = run.kernel * kernel[axis] + element
      let offset = element * dilations[axis] - starts[axis]
      if axis == rank - 1 {
        next.output = run.output * output[axis] + places.lowerBound
        next.input = run.input * input[axis] + places.lowerBound * strides[axis] + offset
        next.count = places.count
        body(next)
      } else {
        for place in places {
          next.output = run.output * output[axis] + place
          next.input = run.input * input[axis] + place * strides[axis] + offset
          descend(axis: axis + 1, next, body)
        }
      }
    }
  }

  /// Calls `body` for every run of one kernel element within `range`, a part of all places; for one axis or more.
  func forEachRun(of tap: Int, in range: Range<Int>, _ body: (Run) -> Void) {
    let last = rank - 1
    let width = output[last]
    let shift = tap % kernel[last] * dilations[last] - starts[last]
    let columns = places(last, meeting: tap % kernel[last])
    for row in range.lowerBound / width..<(range.upperBound + width - 1) / width {
      let met = (row * width + columns.lowerBound..<row * width + columns.upperBound).clamped(to: range)
      guard !met.isEmpty, let start = elementRow(row, tap / kernel[last]) else { continue }
      body(
        Run(
          kernel: tap, output: met.lowerBound,
          input: start + (met.lowerBound - row * width) * strides[last] + shift, step: strides[last],
          count: met.count))
    }
  }

  /// Where the row of the input starts that a row of places meets with the kernel's row `tap`; nil in the padding.
  private func elementRow(_ row: Int, _ tap: Int) -> Int? {
    var (row, tap) = (row, tap)
    var start = 0
    var pitch = input[rank - 1]
    for axis in (0..<rank - 1).reversed() {
      let at = row % output[axis] * strides[axis] - starts[axis] + tap % kernel[axis] * dilations[axis]
      guard at >= 0, at < input[axis] else { return nil }
      start += at * pitch
      pitch *= input[axis]
      row /= output[axis]
      tap /= kernel[axis]
    }
    return start
  }

  /// All runs, to be used for many planes.
  package var runs: [Run] {
    var runs: [Run] = []
    forEachRun { runs.append($0) }
    return runs
  }
}
