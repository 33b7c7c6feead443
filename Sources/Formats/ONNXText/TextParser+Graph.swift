import Network

extension TextParser {
  /// graph ::= name ['(' [input (',' input)*] ')'] '=>' '(' [value (',' value)*] ')' ['<' [value ...] '>'] nodes
  mutating func graph() throws(FormatError) -> GraphDraft {
    try nested { (parser) throws(FormatError) in
      var draft = GraphDraft(name: try parser.scanner.expectName("the name of a graph"))
      if parser.scanner.next(is: "(") {
        let isMain = parser.depth == 1
        try parser.list("(", ")") { (parser) throws(FormatError) in
          var input = try parser.value()
          if isMain { input.type = input.type?.withoutEmptyExtents }
          draft.inputs.append(input)
          if parser.scanner.take("=") { try parser.initializer(input, into: &draft) }
        }
      }
      try parser.scanner.expectArrow()
      try parser.list("(", ")") { (parser) throws(FormatError) in draft.outputs.append(try parser.value()) }
      if parser.scanner.next(is: "<") {
        try parser.list("<", ">") { (parser) throws(FormatError) in
          let value = try parser.value()
          if parser.scanner.take("=") {
            try parser.initializer(value, into: &draft)
          } else {
            draft.declarations.append(value)
          }
        }
      }
      try parser.nodes(into: &draft)
      return draft
    }
  }

  /// ['<' key ':' value ... '>'] name ['<' attributes '>'] '(' values ')' '=>' '(' values ')' ['<' values '>'] nodes
  mutating func function(modelSets: [String: Int]) throws(FormatError) -> FunctionDraft {
    var function = Function(domain: "", name: "", operatorSets: modelSets, body: Graph())
    if scanner.take("<") {
      repeat { try entry(of: &function) } while scanner.take(",")
      try scanner.expect(">")
    }
    function.name = try scanner.expectName("the name of a function")
    if scanner.next(is: "<") {
      try list("<", ">") { (parser) throws(FormatError) in try parser.parameter(of: &function) }
    }
    var body = GraphDraft(name: function.name)
    try nested { (parser) throws(FormatError) in
      try parser.list("(", ")") { (parser) throws(FormatError) in body.inputs.append(try parser.value()) }
      try parser.scanner.expectArrow()
      try parser.list("(", ")") { (parser) throws(FormatError) in body.outputs.append(try parser.value()) }
      if parser.scanner.next(is: "<") {
        try parser.list("<", ">") { (parser) throws(FormatError) in
          body.declarations.append(try parser.value())
        }
      }
      try parser.nodes(into: &body)
    }
    return FunctionDraft(function: function, body: body)
  }

  private mutating func entry(of function: inout Function) throws(FormatError) {
    let start = scanner.start()
    let key = try scanner.expectIdentifier("a key of a function")
    try scanner.expect(":")
    switch key {
    case "opset_import": function.operatorSets.merge(try operatorSets()) { _, own in own }
    case "domain": function.domain = Self.domain(try scanner.expectText())
    case "overload": function.overload = try scanner.expectText()
    case "doc_string": _ = try scanner.string()
    default: throw scanner.unexpected("a key of a function", at: start)
    }
  }

  /// An attribute of a function: a name alone, or one with its default.
  private mutating func parameter(of function: inout Function) throws(FormatError) {
    let start = scanner.start()
    let name = try scanner.expectName()
    guard scanner.next(is: ":") || scanner.next(is: "=") else {
      function.attributeNames.append(name)
      return
    }
    var graphs: [GraphDraft] = []
    function.attributeDefaults.append(try attribute(named: name, graphs: &graphs))
    guard graphs.isEmpty else { throw scanner.unexpected("a default that is no graph", at: start) }
  }

  /// [type] name
  private mutating func value() throws(FormatError) -> GraphDraft.DeclaredName {
    let start = scanner.start()
    let type = try nextIsType() ? self.type() : nil
    return GraphDraft.DeclaredName(name: try expectNameID(), type: type, offset: start)
  }

  private mutating func expectNameID() throws(FormatError) -> NameID {
    names.id(of: try checked(scanner.expectName()))
  }

  /// `name`, if a name may be that long.
  func checked(_ name: String) throws(FormatError) -> String {
    guard name.utf8.count <= limits.nameBytes else {
      throw FormatError(.tooMany(.nameBytes, limit: limits.nameBytes), offset: scanner.position)
    }
    return name
  }

  private mutating func initializer(
    _ value: GraphDraft.DeclaredName, into draft: inout GraphDraft
  ) throws(FormatError) {
    guard let type = value.type else {
      throw scanner.unexpected("a type before a value with data", at: value.offset)
    }
    let tensor = try tensor(named: names.string(value.name), of: type, at: value.offset)
    draft.initializers.append(GraphDraft.NamedTensor(name: value.name, tensor: tensor, offset: value.offset))
  }

  /// '{' node* '}'
  private mutating func nodes(into draft: inout GraphDraft) throws(FormatError) {
    try scanner.expect("{")
    while !scanner.take("}") { try node(into: &draft) }
  }

  /// ['[' [name] ']'] outputs '=' operator [attributes] '(' inputs ')' [attributes]
  private mutating func node(into draft: inout GraphDraft) throws(FormatError) {
    let start = scanner.start()
    nodeCount += 1
    guard nodeCount <= limits.nodes else {
      throw FormatError(.tooMany(.nodes, limit: limits.nodes), offset: start)
    }
    var result = NodeDraft(node: Node.Parts(operatorName: "", offset: start))
    if scanner.take("[") {
      result.node.name = try checked(scanner.name() ?? "")
      try scanner.expect("]")
    }
    do throws(FormatError) {
      let outputs = try operands()
      try scanner.expect("=")
      try operatorName(of: &result.node)
      if scanner.next(is: "<") { try attributes(of: &result) }
      try scanner.expect("(")
      let inputs = try operands()
      try scanner.expect(")")
      if result.node.attributes.isEmpty, scanner.next(is: "<") { try attributes(of: &result) }
      guard !inputs.isEmpty || !outputs.isEmpty else { throw FormatError(.emptyNode, offset: start) }
      result.inputs = draft.operands.count..<(draft.operands.count + inputs.count)
      result.outputs = result.inputs.upperBound..<(result.inputs.upperBound + outputs.count)
      draft.operands += inputs + outputs
    } catch {
      throw error.of(node: result.label)
    }
    draft.nodes.append(result)
  }

  /// (identifier '.')* identifier [':' identifier]: domain, operator, overload
  private mutating func operatorName(of node: inout Node.Parts) throws(FormatError) {
    var parts = [try scanner.expectIdentifier("an operator")]
    while scanner.take(".") { parts.append(try scanner.expectIdentifier("an operator")) }
    node.operatorName = parts.removeLast()
    node.domain = Self.domain(parts.joined(separator: "."))
    if scanner.take(":") { node.overload = try scanner.expectIdentifier("an overload") }
  }

  private mutating func attributes(of draft: inout NodeDraft) throws(FormatError) {
    try list("<", ">") { (parser) throws(FormatError) in
      let name = try parser.scanner.expectIdentifier("an attribute")
      var graphs: [GraphDraft] = []
      draft.node.attributes.append(try parser.attribute(named: name, graphs: &graphs))
      for (element, graph) in graphs.enumerated() {
        let place = draft.node.attributes.count - 1
        draft.subgraphs.append(NodeDraft.Subgraph(attribute: place, element: element, graph: graph))
      }
    }
  }

  /// Names with commas between them. A place before a comma may be empty; a comma at the end adds nothing.
  private mutating func operands() throws(FormatError) -> [NameID] {
    var operands: [NameID] = []
    while true {
      if let name = try scanner.name() {
        operands.append(names.id(of: try checked(name)))
      } else if scanner.next(is: ",") {
        operands.append(.empty)
      } else {
        return operands
      }
      guard scanner.take(",") else { return operands }
    }
  }

  /// `open` [element (',' element)*] `close`
  mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ element: (inout TextParser) throws(FormatError) -> Void
  ) throws(FormatError) {
    try scanner.expect(open)
    if scanner.take(close) { return }
    repeat { try element(&self) } while scanner.take(",")
    try scanner.expect(close)
  }
}
