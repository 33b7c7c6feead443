internal import CMicrokernels

/// Resizes the last two axes of a dense tensor of floats: input 0 to output 0.
package struct ResizeKernel: PreparedKernel {
  /// For each index of the result along an axis, the two indices of the source that it lies between, and the weight of the
  /// second; that of the first is what is missing to 1.
  package struct Axis: Sendable, Equatable {
    private(set) var low: [Int32] = []
    private(set) var high: [Int32] = []
    private(set) var weight: [Float] = []

    package init() {}

    package mutating func append(_ low: Int32, _ high: Int32, weight: Float) {
      self.low.append(low)
      self.high.append(high)
      self.weight.append(weight)
    }

    package var count: Int { low.count }
    var isChoice: Bool { weight.allSatisfy { $0 == 0 } }
  }

  package let choice: KernelChoice
  private let planes: Int
  private let source: (height: Int, width: Int)
  private let rows: Axis
  private let columns: Axis
  private let isLinear: Bool

  /// - Parameters:
  ///   - source: height and width, which the indices of `rows` and `columns` are below.
  package init(planes: Int, source: (height: Int, width: Int), rows: Axis, columns: Axis) {
    self.planes = planes
    self.source = source
    self.rows = rows
    self.columns = columns
    isLinear = !(rows.isChoice && columns.isChoice)
    choice = KernelChoice(
      kernel: isLinear ? "resize, linear" : "resize, nearest", instructionSet: .portable)
  }

  package func run(_ call: borrowing KernelCall) {
    let width = columns.count
    for line in call.share(of: planes * rows.count) {
      let row = line % rows.count
      let plane = call.input(0) + line / rows.count * source.height * source.width
      let target = call.output(0) + line * width
      let first = plane + Int(rows.low[row]) * source.width
      if isLinear {
        assay_resize_linear_row(
          first, plane + Int(rows.high[row]) * source.width, rows.weight[row], target, columns.low,
          columns.high, columns.weight, width)
      } else {
        assay_resize_nearest_row(first, target, columns.low, width)
      }
    }
  }
}
