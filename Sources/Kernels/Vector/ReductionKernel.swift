internal import CMicrokernels

/// Folds a dense tensor along some of its axes: input 0 to output 0.
package struct ReductionKernel: PreparedKernel {
  package enum Function: Sendable, Hashable, CaseIterable {
    case sum, mean, maximum, minimum, product
    /// `sum |x|`, `sqrt(sum x^2)`, `sum x^2`
    case l1, l2, sumOfSquares
    case logSum, logSumExp
  }

  package let choice: KernelChoice
  package let scratchBytesPerThread: Int
  private let function: Function
  private let kept: StridedLoop
  private let folded: StridedLoop
  /// Contiguous values that are kept side by side, or folded into one.
  private let keptRow: Int
  private let foldedRow: Int
  private let isa: assay_isa

  /// - Parameter axes: in `0 ..< shape.count`; none means all.
  package init(
    _ function: Function, shape: [Int], axes: [Int], instructionSet: InstructionSet = .native
  ) {
    let axes = axes.isEmpty ? Array(shape.indices) : axes
    let strides = StridedLoop.denseStrides(shape)
    let keptAxes = shape.indices.filter { !axes.contains($0) }
    let foldedAxes = shape.indices.filter { axes.contains($0) }
    var kept = StridedLoop(extents: keptAxes.map { shape[$0] }, strides: [keptAxes.map { strides[$0] }])
    var folded = StridedLoop(extents: foldedAxes.map { shape[$0] }, strides: [foldedAxes.map { strides[$0] }])
    keptRow = kept.removeContiguousRow()
    foldedRow = folded.removeContiguousRow()
    self.kept = kept
    self.folded = folded
    self.function = function
    isa = instructionSet.code
    scratchBytesPerThread = function == .logSumExp ? max(keptRow, 1) * MemoryLayout<Float>.stride : 0
    choice = KernelChoice(
      kernel: "reduction", instructionSet: instructionSet,
      reason: foldedRow > 1 || keptRow == 1 ? "along contiguous values" : "across rows of \(keptRow)")
  }

  package func run(_ call: borrowing KernelCall) {
    if kept.count == 1, keptRow > 1 {
      fold(0, columns: call.lineShare(of: keptRow), call)
    } else {
      for index in call.share(of: kept.count) { fold(index, columns: 0..<keptRow, call) }
    }
  }

  /// One row of results, or one result where the folded values are contiguous.
  private func fold(_ index: Int, columns: Range<Int>, _ call: borrowing KernelCall) {
    guard !columns.isEmpty else { return }
    let start = call.input(0) + kept.offset(of: 0, at: index, without: 0) + columns.lowerBound
    let target = call.output(0) + index * keptRow + columns.lowerBound
    let count = columns.count
    if function == .logSumExp {
      let highest = call.scratch.assumingMemoryBound(to: Float.self)
      accumulate(assay_fold_maximum, start, into: highest, count: count, shift: nil)
      for column in 0..<count where highest[column].isInfinite { highest[column] = 0 }
      accumulate(assay_fold_sum_of_exponentials, start, into: target, count: count, shift: highest)
      UnaryFunction.logarithm.apply(UnsafePointer(target), to: target, count: count, isa: isa)
      for column in 0..<count { target[column] += highest[column] }
    } else {
      accumulate(fold, start, into: target, count: count, shift: nil)
      finish(target, count: count)
    }
  }

  private func accumulate(
    _ fold: assay_fold, _ start: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int,
    shift: UnsafeMutablePointer<Float>?
  ) {
    target.update(repeating: assay_fold_identity(fold), count: count)
    for index in 0..<folded.count {
      let row = start + folded.offset(of: 0, at: index, without: 0)
      if keptRow == 1 {
        assay_fold_row(isa, fold, target, row, shift, foldedRow)
      } else {
        assay_fold_into_row(isa, fold, target, row, shift, count)
      }
    }
  }

  private var fold: assay_fold {
    switch function {
    case .sum, .mean, .logSum: assay_fold_sum
    case .maximum: assay_fold_maximum
    case .minimum: assay_fold_minimum
    case .product: assay_fold_product
    case .l1: assay_fold_sum_of_magnitudes
    case .l2, .sumOfSquares: assay_fold_sum_of_squares
    case .logSumExp: assay_fold_sum_of_exponentials
    }
  }

  private func finish(_ target: UnsafeMutablePointer<Float>, count: Int) {
    let source = UnsafePointer(target)
    switch function {
    case .mean:
      let divisor = Float(folded.count * foldedRow)
      for column in 0..<count { target[column] /= divisor }
    case .l2: UnaryFunction.squareRoot.apply(source, to: target, count: count, isa: isa)
    case .logSum: UnaryFunction.logarithm.apply(source, to: target, count: count, isa: isa)
    default: break
    }
  }
}

extension StridedLoop {
  /// Takes the innermost loop away if its values are contiguous, and says how many they are.
  mutating func removeContiguousRow() -> Int {
    guard let extent = extents.last, strides.allSatisfy({ $0.last == 1 }) else { return 1 }
    self = StridedLoop(extents: Array(extents.dropLast()), strides: strides.map { Array($0.dropLast()) })
    return extent
  }
}
