package import Network
package import Operators

/// Why a network cannot be analyzed. Data only; `message` makes the sentence.
package enum AnalysisError: Error, Equatable, Sendable {
  /// A node does not fit its operator.
  case node(NodeReference, OperatorError)
  /// The options name an input that the network does not have.
  case unknownInput(String, known: [String])
  /// The options bind a symbol that no input declares.
  case unknownSymbol(String, known: [String])
  case inputRank(input: String, declared: Int, given: Int)
  /// The file fixes the extent and the options ask for another.
  case fixedExtent(input: String, axis: Int, declared: Int, given: Int)
  /// One symbol is given two extents.
  case conflictingExtents(symbol: String, Int, Int)
  case negativeExtent(String, Int)
  /// The options give the rounds of a loop that the network does not have.
  case unknownLoop(String, known: [String])
  /// Functions of the file call each other in a circle.
  case functionCycle(String)
  /// Expanding the file's functions and gradients gives more nodes than the limit.
  case tooManyNodes(limit: Int)
  /// Expanding the file's functions and gradients gives longer names in all than the limit, in bytes.
  case namesTooLong(limit: Int)
  /// Graphs are nested in each other deeper than the limit.
  case nestedTooDeep(limit: Int)
  /// A total is more than an `Int` holds.
  case overflow(figure: String)

  /// Enough to find a node in its file.
  package struct NodeReference: Equatable, Sendable {
    package var name: String
    package var domain: String
    package var `operator`: String
    /// Bytes from the start of the file, where known.
    package var offset: Int?

    package init(name: String, domain: String = "", operator kind: String, offset: Int? = nil) {
      self.name = name
      self.domain = domain
      self.operator = kind
      self.offset = offset
    }

    package init(_ node: Node) {
      self.init(name: node.name, domain: node.domain, operator: node.operatorName, offset: node.offset)
    }
  }
}
