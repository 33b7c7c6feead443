import Network

extension ModelReader {
  /// A `GraphProto`.
  mutating func graph(_ slices: Slices, depth: Int) throws(FormatError) -> GraphDraft {
    var draft = GraphDraft()
    try slices.forEachField(file.bytes, depth: depth, limits: limits) { (reader) throws(FormatError) in
      switch (reader.number, reader.kind) {
      case (1, .bytes): try node(reader, into: &draft)
      case (2, .bytes): draft.name = text(try name(reader.range))
      case (5, .bytes): try initializer(reader, into: &draft)
      case (11, .bytes):
        draft.inputs.append(try declaration(reader, "input", draft.inputs.count, isInput: depth == 1))
      case (12, .bytes): draft.outputs.append(try declaration(reader, "output", draft.outputs.count))
      case (13, .bytes):
        draft.declarations.append(try declaration(reader, "value_info", draft.declarations.count))
      case (14, .bytes): ignored.insert("quantization annotations")
      case (15, .bytes): try sparseInitializer(reader, into: &draft)
      default: break
      }
    }
    return draft
  }

  private mutating func initializer(_ reader: WireReader, into draft: inout GraphDraft) throws(FormatError) {
    do throws(FormatError) {
      let fields = try tensorFields(Slices(reader.range), depth: reader.depth + 1)
      let tensor = try tensor(fields)
      draft.initializers.append(
        GraphDraft.NamedTensor(name: try nameID(fields.name), tensor: tensor, offset: reader.offset))
    } catch {
      throw error.at(reader.offset).inside("initializer", draft.initializers.count)
    }
  }

  /// A sparse initializer means what a Constant node of the same sparse value means, so it becomes one.
  private mutating func sparseInitializer(_ reader: WireReader, into draft: inout GraphDraft)
    throws(FormatError)
  {
    do throws(FormatError) {
      let (sparse, name) = try sparseTensor(Slices(reader.range), depth: reader.depth + 1)
      let place = draft.operands.count
      draft.operands.append(name)
      var node = Node.Parts(operatorName: "Constant", offset: reader.offset)
      node.attributes = [Attribute("sparse_value", .sparseTensor(sparse))]
      draft.nodes.append(NodeDraft(node: node, outputs: place..<(place + 1)))
    } catch {
      throw error.at(reader.offset).inside("sparse_initializer")
    }
  }

  /// A `ValueInfoProto`. Inputs of the outermost graph with an extent of 0 have an unknown one: some exporters write
  /// it so.
  mutating func declaration(
    _ reader: WireReader, _ field: String, _ index: Int, isInput: Bool = false
  ) throws(FormatError) -> GraphDraft.DeclaredName {
    do throws(FormatError) {
      var name = 0..<0
      var type = Slices()
      var storedUse: Value.StoredUse?
      var inner = try WireReader(file.bytes, reader.range, depth: reader.depth + 1, limits: limits)
      while try inner.next() {
        switch (inner.number, inner.kind) {
        case (1, .bytes): name = inner.range
        case (2, .bytes): type.append(inner.range)
        case (4, .bytes): storedUse = try self.storedUse(inner.range, depth: inner.depth + 1) ?? storedUse
        default: break
        }
      }
      var declared = try declaredType(type, depth: reader.depth + 2)
      if isInput { declared = declared?.withoutEmptyExtents }
      return GraphDraft.DeclaredName(
        name: try nameID(name), type: declared, storedUse: storedUse, offset: reader.offset)
    } catch {
      throw error.at(reader.offset).inside(field, index)
    }
  }

  /// What a `StringStringEntryProto` of a value tells of its use: PyTorch notes for each stored tensor what it was in the
  /// program, by the name of its `torch.export.graph_signature.InputKind`.
  private mutating func storedUse(_ range: Range<Int>, depth: Int) throws(FormatError) -> Value.StoredUse? {
    let entry = try entry(range, depth: depth)
    guard text(entry.key) == "pkg.torch.export.graph_signature.InputSpec.kind" else { return nil }
    return switch text(entry.value) {
    case "PARAMETER": .parameter
    case "BUFFER", "CONSTANT_TENSOR": .setting
    default: nil
    }
  }

  /// A `NodeProto`.
  mutating func node(_ reader: WireReader, into draft: inout GraphDraft) throws(FormatError) {
    var result = NodeDraft(node: Node.Parts(operatorName: "", offset: reader.offset))
    do throws(FormatError) {
      nodeCount += 1
      guard nodeCount <= limits.nodes else { throw FormatError(.tooMany(.nodes, limit: limits.nodes)) }
      let start = draft.operands.count
      // Outputs may stand before inputs, so they wait here.
      var outputs: [NameID] = []
      var attributes: [WireReader] = []
      var inner = try WireReader(file.bytes, reader.range, depth: reader.depth + 1, limits: limits)
      while try inner.next() {
        switch (inner.number, inner.kind) {
        case (1, .bytes): draft.operands.append(try nameID(inner.range))
        case (2, .bytes): outputs.append(try nameID(inner.range))
        case (3, .bytes): result.node.name = text(try name(inner.range))
        case (4, .bytes): result.node.operatorName = try repeatedText(inner.range)
        case (5, .bytes): attributes.append(inner)
        case (7, .bytes): result.node.domain = domain(try name(inner.range))
        case (8, .bytes): result.node.overload = text(try name(inner.range))
        case (9, .bytes): result.node.metadata.append(try metadata(inner.range, depth: inner.depth + 1))
        case (10, .bytes): ignored.insert("device configurations")
        default: break
        }
      }
      result.inputs = start..<draft.operands.count
      draft.operands.append(contentsOf: outputs)
      result.outputs = result.inputs.upperBound..<draft.operands.count
      guard !result.node.operatorName.isEmpty else { throw FormatError(.emptyOperator) }
      guard start < draft.operands.count else { throw FormatError(.emptyNode) }
      result.node.attributes.reserveCapacity(attributes.count)
      for attribute in attributes { try self.attribute(attribute, of: &result) }
    } catch {
      throw error.at(reader.offset).of(node: result.label).inside("node", draft.nodes.count)
    }
    draft.nodes.append(result)
  }
}
