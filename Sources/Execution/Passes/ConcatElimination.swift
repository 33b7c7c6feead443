internal import Kernels
internal import Network
internal import Operators

/// Finds concatenations whose inputs can be written straight into their places, so that nothing is copied.
enum ConcatElimination {
  /// The places; a concatenation whose inputs all have theirs takes no step.
  static func find(_ graph: PlanGraph, _ kernels: [(any PreparedKernel)?]) -> ConcatSlices { ConcatSlices() }
}

extension ConcatSlices {
  /// Whether a concatenation's output is complete once its inputs are.
  func isWritten(_ value: ValueID) -> Bool { false }
}
