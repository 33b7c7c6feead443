/// Why a file cannot be read, and where in it. Data only; `message` makes the sentence.
package struct FormatError: Error, Equatable, Sendable {
  package var problem: Problem
  /// Path of the file concerned, which may be an external file of the one that was asked for.
  package var file: String
  /// Bytes from the start of the file; nil where the problem has no single place.
  package var offset: Int?
  /// The way down to the place in the format's own field names, for example `graph.node[3].attribute[1]`.
  package var field: String
  /// The node concerned: its name, or its operator where it has none.
  package var node: String?
  /// Counted from 1, for formats made of text.
  package var position: TextPosition?

  package init(
    _ problem: Problem, file: String = "", offset: Int? = nil, field: String = "", node: String? = nil,
    position: TextPosition? = nil
  ) {
    self.problem = problem
    self.file = file
    self.offset = offset
    self.field = field
    self.node = node
    self.position = position
  }

  package struct TextPosition: Equatable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  package enum Problem: Equatable, Sendable {
    case cannotOpen(code: Int32)
    case notARegularFile
    case cannotMap(code: Int32)
    case empty
    /// No reader knows these bytes; what they resemble, if that is known.
    case unrecognised(resembles: String?)

    /// Something reaches beyond the end of what holds it.
    case truncated
    /// A number of more than ten bytes.
    case malformedNumber
    /// A tag with a field number or wire type that does not exist.
    case malformedTag(UInt64)
    case unmatchedGroup
    case tooMany(Limited, limit: Int)
    case missingField(String)
    case conflictingOperatorSets(domain: String)
    case operatorSetVersion(domain: String, version: Int)

    case attributeType(Int)
    /// The attribute's type and the fields that carry its value do not agree.
    case attributeValue
    /// An attribute refers to a parameter outside a function.
    case attributeReference(String)
    case elementType(Int)
    case negativeExtent(Int)
    /// The data is in a field that this element type is never stored in, or in two fields.
    case tensorField
    /// Entries or bytes of data that the shape asks for, and that are there.
    case tensorLength(expected: Int, found: Int)
    /// A tensor cut into segments; no writer of such files is known.
    case segmentedTensor
    case sparseTensor(SparseProblem)

    case externalPath(location: String, PathProblem)
    case externalNumber(key: String, value: String)
    case externalRange(location: String, offset: Int, length: Int, fileBytes: Int)

    case emptyOperator
    case emptyNode
    case emptyName
    /// The name is given to two values that can be seen in the same place.
    case duplicateName(String)
    /// Nothing visible here has this name.
    case undefinedName(String)
    /// The node depends on its own output.
    case cycle
    case duplicateFunction(String)
    case recursiveFunction(String)

    /// The file holds weights and no graph.
    case weightsOnly(format: String)
    case formatVersion(Int)
    /// A way of writing elements that the format does not have.
    case storageType(String)
    /// A kind of value among a file's keys that does not exist.
    case valueType(Int)
    /// Where a tensor's data is said to lie, and how much there is.
    case dataRange(begin: Int, end: Int, dataBytes: Int)
    /// The data of a tensor overlaps that of another one.
    case overlappingData(tensor: String)
    /// Bytes among the data that belong to no tensor.
    case unclaimedData(bytes: Int)
    /// A table whose fields do not lie in it.
    case malformedTable
    /// A number that refers to nothing: of which list it is an index, and which.
    case reference(String, Int)
    /// Scales and zero points that do not fit their tensor.
    case quantization(scales: Int)
    /// An operator's inputs, outputs or settings are not such as it can have.
    case malformedOperator(String)
    /// Subgraphs that call one another in a circle.
    case recursiveSubgraph(Int)
    case alignment(String)
    case misalignedData(Int)
    /// A row that is not made of whole blocks.
    case brokenBlocks(row: Int, block: Int)
    /// A file that the index names is not there.
    case missingShard(String)

    case syntax(expected: String, found: String)
    /// The host stores numbers in another byte order than the file.
    case byteOrder
  }

  /// What of `Limits` is exceeded; the raw values are the names under which a limit can be raised.
  package enum Limited: String, Equatable, Sendable {
    case depth, nodes
    case expandedNodes = "expanded-nodes"
    case rank, elements
    case nameBytes = "name-bytes"
    case tensors
    /// What one list of a file of weights may hold, and the header of one: fixed, for no honest file comes near.
    case entries, headerBytes

    var isFixed: Bool { self == .entries || self == .headerBytes }
  }

  package enum SparseProblem: Equatable, Sendable {
    case indexType, indexShape, indexRange, indexOrder, valueCount, denseShape
  }

  package enum PathProblem: Equatable, Sendable {
    case empty, absolute, parent, invalid, symbolicLink, hardLink, notARegularFile
    case cannotOpen(code: Int32)
  }

  /// This error with `name` put before its field path.
  func inside(_ name: String, _ index: Int? = nil) -> FormatError {
    var error = self
    let element = index.map { "\(name)[\($0)]" } ?? name
    error.field = field.isEmpty ? element : "\(element).\(field)"
    return error
  }

  /// This error at `offset`, unless it has a place already.
  func at(_ offset: Int?) -> FormatError {
    var error = self
    error.offset = error.offset ?? offset
    return error
  }

  /// This error in a node, unless an inner one is named already.
  func of(node: String) -> FormatError {
    var error = self
    error.node = error.node ?? node
    return error
  }

  /// This error in a file, unless another one is named already.
  func `in`(file: String) -> FormatError {
    var error = self
    if error.file.isEmpty { error.file = file }
    return error
  }
}
