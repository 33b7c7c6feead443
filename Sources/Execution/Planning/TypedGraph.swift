package import Network
package import Operators

/// A graph with what inference found: what a plan and the interpreter start from.
package struct TypedGraph: Sendable {
  package var graph: Graph
  /// Versions of the operator sets by domain.
  package var operatorSets: [String: Int]
  /// One for each value; nil where nothing is known.
  package var facts: [Fact?]

  package init(graph: Graph, operatorSets: [String: Int], facts: [Fact?]) {
    self.graph = graph
    self.operatorSets = operatorSets
    self.facts = facts
  }
}
