// The types of this module are usable from inline code because the compiler passes over `@inlinable` in a type that is not, and
// without it every pass calls a function, and counts a reference, to look at a node.

/// The place of a value in its graph's list of values.
@usableFromInline
package struct ValueID: Hashable, Sendable, Comparable {
  @usableFromInline package let index: Int
  @inlinable package init(_ index: Int) { self.index = index }
  @inlinable package static func == (a: ValueID, b: ValueID) -> Bool { a.index == b.index }
  @inlinable package static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}

/// The place of a node in its graph's list of nodes.
@usableFromInline
package struct NodeID: Hashable, Sendable, Comparable {
  @usableFromInline package let index: Int
  @inlinable package init(_ index: Int) { self.index = index }
  @inlinable package static func == (a: NodeID, b: NodeID) -> Bool { a.index == b.index }
  @inlinable package static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// Nodes in an order in which each comes after those it reads from, and the values that pass between them.
@usableFromInline
package struct Graph: Sendable {
  package var name: String
  @usableFromInline package var values: [Value]
  @usableFromInline package var nodes: [Node]
  /// What the caller provides. Initializers that an old file lists as inputs are not here.
  package var inputs: [ValueID]
  package var outputs: [ValueID]

  package init(
    name: String = "", values: [Value] = [], nodes: [Node] = [], inputs: [ValueID] = [],
    outputs: [ValueID] = []
  ) {
    self.name = name
    self.values = values
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }

  // Yields rather than returns: a copy of a value counts a reference for each of its parts.
  @inlinable
  package subscript(id: ValueID) -> Value {
    _read { yield values[id.index] }
    _modify { yield &values[id.index] }
  }

  @inlinable
  package subscript(id: NodeID) -> Node {
    _read { yield nodes[id.index] }
    _modify { yield &nodes[id.index] }
  }

  /// The node that makes a value; nil for what no node of this graph makes.
  @inlinable
  package func producer(of value: ValueID) -> NodeID? {
    if case .node(let node, _) = values[value.index].origin { node } else { nil }
  }

  /// How many operators the file has: its nodes, but for a file whose operators became several nodes each.
  package var operatorCount: Int {
    var groups: Set<Int> = []
    var count = 0
    for node in nodes {
      if let group = node.translation?.group { groups.insert(group) } else { count += 1 }
    }
    return count + groups.count
  }

  @inlinable package var nodeIDs: some Collection<NodeID> { nodes.indices.lazy.map(NodeID.init) }
  @inlinable package var valueIDs: some Collection<ValueID> { values.indices.lazy.map(ValueID.init) }
}

/// Something that nodes read or write.
@usableFromInline
package struct Value: Sendable {
  /// Unique in its graph, as the file gives it.
  package var name: String
  @usableFromInline package var origin: Origin
  /// What the file says of it, symbols by name; inference starts from it and checks against it.
  package var declared: DeclaredType?
  /// What the file says a stored value is for; nil where it says nothing.
  package var storedUse: StoredUse?

  @usableFromInline
  package enum StoredUse: Sendable {
    /// Trained, though it may be a single number.
    case parameter
    /// A buffer or a constant of the program that the network was written as.
    case setting
  }

  @usableFromInline
  package enum Origin: Sendable {
    case input
    /// Stored in the file.
    indirect case initializer(Tensor)
    case node(NodeID, output: Int)
    /// A value of an enclosing graph, of the same name.
    case captured
  }

  package init(name: String, origin: Origin, declared: DeclaredType? = nil) {
    self.name = name
    self.origin = origin
    self.declared = declared
  }

  @inlinable package var initializer: Tensor? {
    if case .initializer(let tensor) = origin { tensor } else { nil }
  }

  @inlinable package var producer: NodeID? {
    if case .node(let node, _) = origin { node } else { nil }
  }
}

/// One application of an operator.
///
/// Its parts lie behind one reference, which copies share until one of them is changed: every pass takes every node out of its
/// graph, and so counts one reference instead of one for each part.
@usableFromInline
package struct Node: Sendable {
  @usableFromInline
  package struct Parts: Sendable {
    /// As the file gives it; may be empty and need not be unique.
    @usableFromInline package var name = ""
    /// Empty for ai.onnx.
    @usableFromInline package var domain = ""
    @usableFromInline package var operatorName: String
    @usableFromInline package var overload = ""
    /// nil where an optional input is left out.
    @usableFromInline package var inputs: [ValueID?] = []
    @usableFromInline package var outputs: [ValueID?] = []
    @usableFromInline package var attributes: [Attribute] = []
    /// Key and value, for example the module path that newer exporters write.
    @usableFromInline package var metadata: [Metadata] = []
    /// Where in the file this node stands, in bytes; nil where it was made by inlining.
    @usableFromInline package var offset: Int?
    /// What it is to the operator of the file that it was made of; nil where the file's operator is this node.
    @usableFromInline package var translation: Translation?

    package init(operatorName: String, offset: Int? = nil) {
      self.operatorName = operatorName
      self.offset = offset
    }
  }

  @usableFromInline
  final class Shared: Sendable {
    @usableFromInline let parts: Parts
    init(_ parts: Parts) { self.parts = parts }
  }

  @usableFromInline private(set) var shared: Shared

  package init(_ parts: Parts) { shared = Shared(parts) }

  /// For changing several parts at once.
  package var parts: Parts { shared.parts }

  package init(
    name: String = "", domain: String = "", operatorName: String, overload: String = "",
    inputs: [ValueID?] = [],
    outputs: [ValueID?] = [], attributes: [Attribute] = [], metadata: [Metadata] = [], offset: Int? = nil,
    translation: Translation? = nil
  ) {
    var parts = Parts(operatorName: operatorName, offset: offset)
    parts.name = name
    parts.domain = domain
    parts.overload = overload
    parts.inputs = inputs
    parts.outputs = outputs
    parts.attributes = attributes
    parts.metadata = metadata
    parts.translation = translation
    self.init(parts)
  }

  @usableFromInline
  mutating func change(_ body: (inout Parts) -> Void) {
    var parts = shared.parts
    body(&parts)
    shared = Shared(parts)
  }

  @inlinable package var name: String {
    get { shared.parts.name }
    set { change { $0.name = newValue } }
  }
  @inlinable package var domain: String { shared.parts.domain }
  @inlinable package var operatorName: String { shared.parts.operatorName }
  @inlinable package var overload: String { shared.parts.overload }
  @inlinable package var inputs: [ValueID?] {
    get { shared.parts.inputs }
    set { change { $0.inputs = newValue } }
  }
  @inlinable package var outputs: [ValueID?] {
    get { shared.parts.outputs }
    set { change { $0.outputs = newValue } }
  }
  @inlinable package var attributes: [Attribute] {
    get { shared.parts.attributes }
    set { change { $0.attributes = newValue } }
  }
  @inlinable package var metadata: [Metadata] {
    get { shared.parts.metadata }
    set { change { $0.metadata = newValue } }
  }
  @inlinable package var offset: Int? {
    get { shared.parts.offset }
    set { change { $0.offset = newValue } }
  }
  @inlinable package var translation: Translation? { shared.parts.translation }

  /// For nodes of a file whose operators are others than the network's own, so that one of them may be several nodes.
  @usableFromInline
  package struct Translation: Sendable, Hashable {
    /// The same for all nodes that together are one operator of the file.
    package var group: Int
    /// Whether the node only changes how numbers are laid out or written, which the file's operator does not do as work:
    /// an axis moved to where the network's operators expect it, integers read as the numbers they stand for.
    @usableFromInline package var isAuxiliary: Bool

    package init(group: Int, isAuxiliary: Bool) {
      self.group = group
      self.isAuxiliary = isAuxiliary
    }
  }

  @inlinable package var isAuxiliary: Bool { translation?.isAuxiliary ?? false }
}

/// A key and a value that the file attaches to something.
@usableFromInline
package struct Metadata: Sendable, Hashable {
  package var key: String
  package var value: String
  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// A named parameter of a node.
@usableFromInline
package struct Attribute: Sendable {
  package var name: String
  package var value: Value

  @usableFromInline
  package enum Value: Sendable {
    case integer(Int)
    case float(Float)
    case string([UInt8])
    indirect case tensor(Tensor)
    indirect case sparseTensor(SparseTensor)
    indirect case graph(Graph)
    indirect case type(DeclaredType)
    case integers([Int])
    case floats([Float])
    case strings([[UInt8]])
    case tensors([Tensor])
    case sparseTensors([SparseTensor])
    case graphs([Graph])
    case types([DeclaredType])
    /// In a function's body: the attribute of this name of the node that calls the function.
    case reference(String)
  }

  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// A tensor stored as its non-zero values and their places.
@usableFromInline
package struct SparseTensor: Sendable {
  package var values: Tensor
  /// `[nonzeros]` linear, or `[nonzeros, rank]`.
  package var indices: Tensor
  package var dimensions: [Int]
  package init(values: Tensor, indices: Tensor, dimensions: [Int]) {
    self.values = values
    self.indices = indices
    self.dimensions = dimensions
  }
}
