import Network

/// The fields of an `AttributeProto`, before its type says which of them counts.
private struct AttributeFields {
  var name = 0..<0
  var reference = 0..<0
  var declared: Int?
  var float = Float(0)
  var integer = 0
  var string = 0..<0
  var message = Slices()
  var floats: [Float] = []
  var integers: [Int] = []
  /// Elements of a list of strings or messages.
  var elements: [Range<Int>] = []
  /// The kind of value that is there; values of two kinds are an error.
  private(set) var present: AttributeKind?

  mutating func note(_ kind: AttributeKind) throws(FormatError) {
    guard present == nil || present == kind else { throw FormatError(.attributeValue) }
    present = kind
  }

  /// The kind that the attribute says it is. Old files do not say, and have just one value there.
  func kind() throws(FormatError) -> AttributeKind {
    guard let declared, declared != 0 else {
      guard let present else { throw FormatError(.attributeValue) }
      return present
    }
    guard let kind = AttributeKind(rawValue: declared) else { throw FormatError(.attributeType(declared)) }
    guard present == nil || present == kind else { throw FormatError(.attributeValue) }
    return kind
  }
}

/// Raw values are those of `AttributeProto.AttributeType`.
private enum AttributeKind: Int {
  case float = 1
  case integer, string, tensor, graph, floats, integers, strings, tensors, graphs
  case sparseTensor, sparseTensors, type, types
}

extension ModelReader {
  /// Reads the `AttributeProto` in the current field of `reader` into `draft`.
  mutating func attribute(_ reader: WireReader, of draft: inout NodeDraft) throws(FormatError) {
    let index = draft.node.attributes.count
    do throws(FormatError) {
      let fields = try attributeFields(reader)
      var graphs: [GraphDraft] = []
      draft.node.attributes.append(
        Attribute(try repeatedText(fields.name), try value(fields, depth: reader.depth + 2, graphs: &graphs)))
      for (element, graph) in graphs.enumerated() {
        draft.subgraphs.append(NodeDraft.Subgraph(attribute: index, element: element, graph: graph))
      }
    } catch {
      throw error.at(reader.offset).inside("attribute", index)
    }
  }

  private func attributeFields(_ outer: WireReader) throws(FormatError) -> AttributeFields {
    var fields = AttributeFields()
    var reader = try WireReader(file.bytes, outer.range, depth: outer.depth + 1, limits: limits)
    while try reader.next() {
      switch (reader.number, reader.kind) {
      case (1, .bytes): fields.name = reader.range
      case (20, .varint): fields.declared = reader.integer32
      case (21, .bytes): fields.reference = reader.range
      default: try value(reader, into: &fields)
      }
    }
    guard !fields.name.isEmpty else { throw FormatError(.emptyName) }
    return fields
  }

  private func value(_ reader: WireReader, into fields: inout AttributeFields) throws(FormatError) {
    switch (reader.number, reader.kind) {
    case (2, .fixed32):
      fields.float = Float(bitPattern: UInt32(truncatingIfNeeded: reader.scalar))
      try fields.note(.float)
    case (3, .varint):
      fields.integer = reader.integer
      try fields.note(.integer)
    case (4, .bytes):
      fields.string = reader.range
      try fields.note(.string)
    case (5, .bytes): try message(reader, .tensor, &fields)
    case (6, .bytes): try message(reader, .graph, &fields)
    case (14, .bytes): try message(reader, .type, &fields)
    case (22, .bytes): try message(reader, .sparseTensor, &fields)
    case (7, .fixed32), (7, .bytes):
      try Packed.floats(file.bytes, reader.range, into: &fields.floats)
      try fields.note(.floats)
    case (8, .varint), (8, .bytes):
      try Packed.integers(file.bytes, reader.range, into: &fields.integers)
      try fields.note(.integers)
    case (9, .bytes): try element(reader, .strings, &fields)
    case (10, .bytes): try element(reader, .tensors, &fields)
    case (11, .bytes): try element(reader, .graphs, &fields)
    case (15, .bytes): try element(reader, .types, &fields)
    case (23, .bytes): try element(reader, .sparseTensors, &fields)
    default: break
    }
  }

  private func message(
    _ reader: WireReader, _ kind: AttributeKind, _ fields: inout AttributeFields
  ) throws(FormatError) {
    try fields.note(kind)
    fields.message.append(reader.range)
  }

  private func element(
    _ reader: WireReader, _ kind: AttributeKind, _ fields: inout AttributeFields
  ) throws(FormatError) {
    try fields.note(kind)
    fields.elements.append(reader.range)
  }

  /// The attribute's value; graphs are given apart, as drafts.
  private mutating func value(
    _ fields: AttributeFields, depth: Int, graphs: inout [GraphDraft]
  ) throws(FormatError) -> Attribute.Value {
    if !fields.reference.isEmpty {
      guard fields.present == nil else { throw FormatError(.attributeValue) }
      guard isInsideFunction else { throw FormatError(.attributeReference(text(try name(fields.reference)))) }
      return .reference(text(try name(fields.reference)))
    }
    switch try fields.kind() {
    case .float: return .float(fields.float)
    case .integer: return .integer(fields.integer)
    case .string: return .string(bytes(fields.string))
    case .floats: return .floats(fields.floats)
    case .integers: return .integers(fields.integers)
    case .strings: return .strings(fields.elements.map { bytes($0) })
    case .tensor: return .tensor(try tensor(tensorFields(fields.message, depth: depth)))
    case .sparseTensor: return .sparseTensor(try sparseTensor(fields.message, depth: depth).tensor)
    case .type: return .type(try requiredType(fields.message, depth: depth))
    case .graph:
      graphs = [try graph(fields.message, depth: depth)]
      return .graph(Graph())
    default: return try list(fields, depth: depth, graphs: &graphs)
    }
  }

  private mutating func list(
    _ fields: AttributeFields, depth: Int, graphs: inout [GraphDraft]
  ) throws(FormatError) -> Attribute.Value {
    var tensors: [Tensor] = []
    var sparseTensors: [SparseTensor] = []
    var types: [DeclaredType] = []
    let kind = try fields.kind()
    for range in fields.elements {
      switch kind {
      case .tensors: tensors.append(try tensor(tensorFields(Slices(range), depth: depth)))
      case .sparseTensors: sparseTensors.append(try sparseTensor(Slices(range), depth: depth).tensor)
      case .types: types.append(try requiredType(Slices(range), depth: depth))
      default: graphs.append(try graph(Slices(range), depth: depth))
      }
    }
    switch kind {
    case .tensors: return .tensors(tensors)
    case .sparseTensors: return .sparseTensors(sparseTensors)
    case .types: return .types(types)
    default: return .graphs(graphs.map { _ in Graph() })
    }
  }

  private func requiredType(_ slices: Slices, depth: Int) throws(FormatError) -> DeclaredType {
    guard let type = try declaredType(slices, depth: depth) else { throw FormatError(.elementType(0)) }
    return type
  }
}
