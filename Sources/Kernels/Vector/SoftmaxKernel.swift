internal import CMicrokernels

/// Softmax, or its logarithm, along one axis of a dense tensor: input 0 to output 0, which may be the same buffer.
package struct SoftmaxKernel: PreparedKernel {
  package let choice: KernelChoice
  private let outer: Int
  private let axis: Int
  private let inner: Int
  private let isLogarithmic: Bool
  private let isa: assay_isa

  /// - Parameter axis: in `0 ..< shape.count`; softmax over several last axes is one over their product.
  package init(
    shape: [Int], axis: Int, isLogarithmic: Bool = false, instructionSet: InstructionSet = .native
  ) {
    outer = shape.prefix(axis).reduce(1, *)
    self.axis = shape[axis]
    inner = shape.dropFirst(axis + 1).reduce(1, *)
    self.isLogarithmic = isLogarithmic
    isa = instructionSet.code
    choice = KernelChoice(
      kernel: isLogarithmic ? "log softmax" : "softmax", instructionSet: instructionSet,
      reason: inner == 1
        ? "contiguous rows of \(self.axis)" : "down \(self.axis) rows, \(inner) columns at once")
  }

  package func run(_ call: borrowing KernelCall) {
    guard outer > 0, axis > 0, inner > 0 else { return }
    let (x, y) = (call.input(0), call.output(0))
    if inner == 1 {
      let rows = call.share(of: outer)
      let start = rows.lowerBound * axis
      assay_softmax_rows(isa, x + start, y + start, rows.count, axis, axis, axis, isLogarithmic ? 1 : 0)
      return
    }
    let columns = outer < call.parts ? call.lineShare(of: inner) : 0..<inner
    for index in outer < call.parts ? 0..<outer : call.share(of: outer) {
      let start = index * axis * inner
      assay_softmax_columns(
        isa, x + start, y + start, axis, columns.lowerBound, columns.upperBound, inner, isLogarithmic ? 1 : 0)
    }
  }
}
