import Network

/// What an attribute is said to be after its colon, or found to be. Raw values are the words of the text.
private enum AttributeKind: String {
  case float, int, string, tensor, graph, type = "type_proto"
  case floats, ints, strings

  /// The kind of one element of a list.
  var element: AttributeKind? {
    switch self {
    case .floats: .float
    case .ints: .int
    case .strings: .string
    default: nil
    }
  }
}

extension TextParser {
  /// What follows an attribute's name: [':' kind] '=' (value | '[' [value (',' value)*] ']'). Graphs are given apart.
  mutating func attribute(named name: String, graphs: inout [GraphDraft]) throws(FormatError) -> Attribute {
    var kind: AttributeKind?
    if scanner.take(":") {
      let start = scanner.start()
      kind = AttributeKind(rawValue: try scanner.expectIdentifier("a kind of attribute"))
      if kind == nil { throw scanner.unexpected("a kind of attribute that text can hold", at: start) }
    }
    try scanner.expect("=")
    if scanner.next(is: "[") { return Attribute(name, try list(of: kind)) }
    let start = scanner.start()
    guard kind?.element == nil || scanner.next(is: "@") else { throw scanner.unexpected("'['") }
    return Attribute(name, try single(kind, graphs: &graphs, at: start))
  }

  /// A list, whose first value says what all are if nothing else does.
  private mutating func list(of declared: AttributeKind?) throws(FormatError) -> Attribute.Value {
    let start = scanner.start()
    var kind = declared?.element
    guard declared == nil || kind != nil else { throw scanner.unexpected("one value", at: start) }
    var integers: [Int] = []
    var floats: [Float] = []
    var strings: [[UInt8]] = []
    try list("[", "]") { (parser) throws(FormatError) in
      let expected: AttributeKind
      if let kind { expected = kind } else { expected = try parser.kindOfNextLiteral() }
      kind = expected
      switch expected {
      case .float: floats.append(try parser.scanner.expectFloat())
      case .int: integers.append(try parser.scanner.expectInteger())
      default: strings.append(try parser.scanner.string())
      }
    }
    switch kind {
    case .float: return .floats(floats)
    case .int: return .integers(integers)
    case .string: return .strings(strings)
    default: throw scanner.unexpected("a kind before an empty list", at: start)
    }
  }

  private func kindOfNextLiteral() throws(FormatError) -> AttributeKind {
    var ahead = scanner
    switch try ahead.literal() {
    case .integer: return .int
    case .float: return .float
    case .string: return .string
    }
  }

  /// One value that is not a list, of kind `expected` if the text says one.
  private mutating func single(
    _ expected: AttributeKind?, graphs: inout [GraphDraft], at start: Int
  ) throws(FormatError) -> Attribute.Value {
    if scanner.take("@") {
      let name = try scanner.expectName()
      guard isInsideFunction else { throw FormatError(.attributeReference(name), offset: start) }
      return .reference(name)
    }
    let found: AttributeKind
    let value: Attribute.Value
    if let word = scanner.peekIdentifier(), !TextScanner.isFloatWord(word) {
      if Self.beginsType(word) {
        value = try tensorOrType(at: start)
        if case .type = value { found = .type } else { found = .tensor }
      } else {
        graphs = [try graph()]
        value = .graph(Graph())
        found = .graph
      }
    } else {
      found = try literalKind(expected)
      value = try literal(found)
    }
    guard expected == nil || expected == found else {
      throw scanner.unexpected("a value of kind \(expected?.rawValue ?? "")", at: start)
    }
    return value
  }

  /// The kind of the literal that comes next; an integer may stand where a float is expected.
  private func literalKind(_ expected: AttributeKind?) throws(FormatError) -> AttributeKind {
    let kind = try kindOfNextLiteral()
    return kind == .int && expected == .float ? .float : kind
  }

  private mutating func literal(_ kind: AttributeKind) throws(FormatError) -> Attribute.Value {
    switch kind {
    case .float: .float(try scanner.expectFloat())
    case .int: .integer(try scanner.expectInteger())
    default: .string(try scanner.string())
    }
  }

  /// type [identifier] ['='] data is a tensor; a type with nothing after it is a type.
  private mutating func tensorOrType(at start: Int) throws(FormatError) -> Attribute.Value {
    let type = try self.type()
    let name = scanner.identifier()
    guard name != nil || scanner.next(is: "=") || scanner.next(is: "{") else { return .type(type) }
    _ = scanner.take("=")
    return .tensor(try tensor(named: name ?? "", of: type, at: start))
  }
}
