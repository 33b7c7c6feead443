/// A network as its file describes it: the graph, and what the file says about itself.
package struct Network: Sendable {
  /// The graph's own name.
  package var name: String { graph.name }
  /// Where it came from; messages name it.
  package var path: String
  /// For example `ONNX` or `ONNX text`.
  package var format: String
  /// Bytes of the file itself, external data not included.
  package var fileBytes: Int
  package var producer: String
  /// Version of each operator set by domain; the main one is "".
  package var operatorSets: [String: Int]
  package var formatVersion: Int
  package var graph: Graph
  /// Functions of the file itself, which nodes call like operators.
  package var functions: [Function]
  package var metadata: [Metadata]
  package var findings: [Finding]

  package init(
    path: String, format: String, fileBytes: Int, producer: String = "", operatorSets: [String: Int],
    formatVersion: Int = 0, graph: Graph, functions: [Function] = [], metadata: [Metadata] = [],
    findings: [Finding] = []
  ) {
    self.path = path
    self.format = format
    self.fileBytes = fileBytes
    self.producer = producer
    self.operatorSets = operatorSets
    self.formatVersion = formatVersion
    self.graph = graph
    self.functions = functions
    self.metadata = metadata
    self.findings = findings
  }
}

/// A function that the file defines: a graph with parameters.
package struct Function: Sendable {
  package var domain: String
  package var name: String
  package var overload: String
  /// Attributes without a default, by name.
  package var attributeNames: [String]
  /// Attributes with their defaults.
  package var attributeDefaults: [Attribute]
  package var operatorSets: [String: Int]
  package var body: Graph

  package init(
    domain: String, name: String, overload: String = "", attributeNames: [String] = [],
    attributeDefaults: [Attribute] = [], operatorSets: [String: Int], body: Graph
  ) {
    self.domain = domain
    self.name = name
    self.overload = overload
    self.attributeNames = attributeNames
    self.attributeDefaults = attributeDefaults
    self.operatorSets = operatorSets
    self.body = body
  }
}

/// Something a reader of the report should know, that stopped nothing.
package struct Finding: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Raw data is longer than its shape asks for.
    case excessData(tensor: String, expected: Int, found: Int)
    /// An external file is not there; static figures do not need it, a run uses synthetic weights.
    case missingExternalFile(location: String, tensors: Int)
    /// A symbol that nobody bound was given a value.
    case symbolDefaulted(symbol: String, value: Int)
    /// The file declares another shape than follows from the operators.
    case declarationDiffers(value: String, declared: String, inferred: String)
    /// A branch of a choice does not fit the network's extents, so that the other one is counted.
    case unfitBranch(reason: String)
    /// A gradient that could not be worked out; its types are known, its work is not.
    case noGradient(reason: String)
    /// An operator that has no shape rule here; the file's own declaration was used if there was one.
    case unknownOperator(name: String, count: Int)
    /// The file is one of several that together hold the network.
    case partOfSeveral(parts: Int)
    /// A part of the file that no figure depends on was left out.
    case ignored(part: String)
  }
  package var kind: Kind
  /// The node concerned, by name, if there is one.
  package var node: String?

  package init(_ kind: Kind, node: String? = nil) {
    self.kind = kind
    self.node = node
  }
}
