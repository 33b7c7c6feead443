package import Network

/// An operator that is scaled dot-product attention, whatever else it does before and behind.
package protocol AttentionOperator: Operator {
  func extents(_ inputs: [Fact?]) throws(OperatorError) -> AttentionExtents
  /// Which keys a query may see by the node's own attributes.
  var visibility: AttentionVisibility { get }
  /// Inputs that hide keys by their content.
  var maskInputs: [Int] { get }
  /// Inputs and outputs that hold keys and values of earlier calls.
  var cacheInputs: [Int] { get }
  var cacheOutputs: [Int] { get }
  /// Keys that come with one call.
  func newKeys(_ extents: AttentionExtents) -> Dimension
}

extension AttentionOperator {
  package var attention: (any AttentionOperator)? { self }
  package var maskInputs: [Int] { [] }
  package var cacheInputs: [Int] { [] }
  package var cacheOutputs: [Int] { [] }
  package func newKeys(_ extents: AttentionExtents) -> Dimension { extents.newLength }
}

/// Which keys a query may see: none behind its own place if causal, and no more than a window on either side.
package struct AttentionVisibility: Sendable, Hashable {
  package var isCausal: Bool
  /// Keys before and behind a query's own place; nil is all.
  package var left: Int?
  package var right: Int?

  package init(isCausal: Bool, left: Int? = nil, right: Int? = nil) {
    self.isCausal = isCausal
    self.left = left
    self.right = right
  }

  package var hasWindow: Bool { left != nil || right != nil }
}

extension Attention: AttentionOperator {
  package var visibility: AttentionVisibility {
    AttentionVisibility(isCausal: isCausal, left: leftWindow, right: rightWindow)
  }
  package var maskInputs: [Int] { [3] }
  /// The last one tells how much of an outer cache counts.
  package var cacheInputs: [Int] { [4, 5, 6] }
  package var cacheOutputs: [Int] { [1, 2] }
}

extension MultiHeadAttention: AttentionOperator {
  package var visibility: AttentionVisibility { AttentionVisibility(isCausal: isCausal) }
  package var maskInputs: [Int] { [4, 5] }
  package var cacheInputs: [Int] { [6, 7] }
  package var cacheOutputs: [Int] { [1, 2] }
}

extension GroupQueryAttention: AttentionOperator {
  /// A window of this operator counts the query's own key.
  package var visibility: AttentionVisibility {
    AttentionVisibility(isCausal: true, left: window.map { max($0 - 1, 0) })
  }
  package var maskInputs: [Int] { [10] }
  package var cacheInputs: [Int] { [3, 4] }
  package var cacheOutputs: [Int] { [1, 2] }
  package func newKeys(_ extents: AttentionExtents) -> Dimension { extents.queryLength }
}

extension MicrosoftAttention: AttentionOperator {
  package var visibility: AttentionVisibility { AttentionVisibility(isCausal: isCausal) }
  package var maskInputs: [Int] { [3, 5] }
  package var cacheInputs: [Int] { [4] }
  package var cacheOutputs: [Int] { [1] }
}

extension QAttention: AttentionOperator {
  package var visibility: AttentionVisibility { attention.visibility }
  package var maskInputs: [Int] { [5] }
  package var cacheInputs: [Int] { [8] }
  package var cacheOutputs: [Int] { [1] }
}

extension FlexAttention: AttentionOperator {
  package var visibility: AttentionVisibility { AttentionVisibility(isCausal: false) }
}
