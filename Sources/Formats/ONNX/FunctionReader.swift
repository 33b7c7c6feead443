import Network

extension ModelReader {
  /// A `FunctionProto`. Domains that it does not import itself are those of the model.
  mutating func function(_ range: Range<Int>, modelSets: [String: Int]) throws(FormatError) -> FunctionDraft {
    var function = Function(domain: "", name: "", operatorSets: [:], body: Graph())
    var body = GraphDraft()
    var sets: [Range<Int>] = []
    // Defaults of attributes are read as if they were a node's.
    var defaults = NodeDraft(node: Node.Parts(operatorName: ""))
    var reader = try WireReader(file.bytes, range, depth: 1, limits: limits)
    while try reader.next() {
      switch (reader.number, reader.kind) {
      case (1, .bytes): function.name = text(try name(reader.range))
      case (4, .bytes): body.inputs.append(try parameter(reader))
      case (5, .bytes): body.outputs.append(try parameter(reader))
      case (6, .bytes): function.attributeNames.append(text(try name(reader.range)))
      case (7, .bytes): try node(reader, into: &body)
      case (9, .bytes): sets.append(reader.range)
      case (10, .bytes): function.domain = domain(try name(reader.range))
      case (11, .bytes): try attribute(reader, of: &defaults)
      case (12, .bytes):
        body.declarations.append(try declaration(reader, "value_info", body.declarations.count))
      case (13, .bytes): function.overload = text(try name(reader.range))
      default: break
      }
    }
    guard !function.name.isEmpty else { throw FormatError(.missingField("name"), offset: range.lowerBound) }
    guard defaults.subgraphs.isEmpty else {
      throw FormatError(.attributeValue, offset: range.lowerBound, field: "attribute_proto")
    }
    body.name = function.name
    function.attributeDefaults = defaults.node.attributes
    function.operatorSets = modelSets.merging(try operatorSets(sets)) { _, own in own }
    return FunctionDraft(function: function, body: body)
  }

  private mutating func parameter(_ reader: WireReader) throws(FormatError) -> GraphDraft.DeclaredName {
    GraphDraft.DeclaredName(name: try nameID(reader.range), type: nil, offset: reader.offset)
  }
}
