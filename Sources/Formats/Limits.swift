/// What a file may ask of its reader. A file beyond them is refused before memory is spent on it.
package struct Limits: Sendable {
  /// Messages, graphs or types inside one another.
  package var depth = 100
  /// Nodes of all graphs of the file together.
  package var nodes = 5_000_000
  /// Nodes that calls of functions are replaced by.
  package var expandedNodes = 50_000
  package var rank = 64
  /// Elements of one tensor.
  package var elements = 1 << 40
  /// Bytes of one name.
  package var nameBytes = 1 << 20

  /// Tensors of a file of weights.
  package var tensors = 5_000_000

  package init() {}
}
