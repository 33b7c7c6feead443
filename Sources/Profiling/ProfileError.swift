package import Analysis
package import Execution
package import Kernels

/// Why a network could not be profiled.
package enum ProfileError: Error, Equatable {
  case analysis(AnalysisError)
  case execution(ExecutionError)
  case memory(MemoryError)
}
