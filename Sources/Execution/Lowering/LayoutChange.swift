internal import Kernels
internal import Network
internal import Operators

/// The same tensor in another layout.
struct LayoutChangeOperation: PlannedOperation {
  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    do {
      switch (preparation.layout(0), preparation.outputLayout) {
      case (nil, let output?): return try BlockedConversion(.toBlocked, layout: output)
      case (let input?, nil): return try BlockedConversion(.toPlanar, layout: input)
      case (let input?, let output?): return try BlockedConversion(.fromBlocked(input), layout: output)
      case (nil, nil): return nil
      }
    } catch {
      throw .unsupported("this change of layout")
    }
  }
}
