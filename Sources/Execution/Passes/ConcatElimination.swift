internal import Operators
internal import Kernels
internal import Network

/// Finds concatenations whose inputs can be written straight into their places, so that nothing is copied.
enum ConcatElimination {
  static func find(_ graph: PlanGraph, _ kernels: [(any PreparedKernel)?]) -> ConcatSlices { ConcatSlices() }
}
struct ConcatOperation: PlannedOperation {
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? { nil }
}
extension ConcatSlices {
  func isWritten(_ v: ValueID) -> Bool { false }
}
enum WeightTranspositions { static func run(_ graph: inout PlanGraph) {} }
enum Optimization { static func run(_ graph: inout PlanGraph, _ options: PlanOptions) throws(ExecutionError) {} }
