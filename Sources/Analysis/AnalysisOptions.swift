/// What the user says of a network's inputs, in place of what the file leaves open.
package struct AnalysisOptions: Sendable, Hashable {
  /// Extents of symbols by name, for example `N` = 8.
  package var dimensions: [String: Int]
  /// Whole shapes of inputs by name.
  package var inputShapes: [String: [Int]]
  /// The extent of the leading axis of every input that declares a symbol there.
  package var batch: Int?
  /// Rounds of loops whose number only the run knows, by the node's name or, where it has none, its first output's.
  package var tripCounts: [String: Int]

  package init(
    dimensions: [String: Int] = [:], inputShapes: [String: [Int]] = [:], batch: Int? = nil,
    tripCounts: [String: Int] = [:]
  ) {
    self.dimensions = dimensions
    self.inputShapes = inputShapes
    self.batch = batch
    self.tripCounts = tripCounts
  }
}
