/// What the expansion of a file may cost. A network beyond them is refused before memory is spent on it.
package struct AnalysisLimits: Sendable, Hashable {
  /// Nodes that calls of functions, and gradients, are replaced by.
  package var expandedNodes = 50_000
  /// Bytes of the names that expansion makes; a long name in a deep call is repeated for everything inside.
  package var expandedNameBytes = 64 << 20
  /// Calls of functions inside one another.
  package var callDepth = 64
  /// Graphs nested inside one another.
  package var graphDepth = 32

  package init() {}
}
