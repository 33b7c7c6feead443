internal import Kernels
internal import Network
internal import Operators

/// `softmax(scale Q K^T + mask) V` for each head, without the scores in memory.
///
/// Inputs: what holds Q, K and V, and the mask if there is one.
struct AttentionOperation: PlannedOperation {
  var attention: Kernels.Attention

  func prepare(_ preparation: Preparation) throws(OperatorError) -> (any PreparedKernel)? {
    do {
      return try AttentionKernel(attention, instructionSet: preparation.options.instructionSet)
    } catch {
      throw .unsupported("this attention")
    }
  }
}
