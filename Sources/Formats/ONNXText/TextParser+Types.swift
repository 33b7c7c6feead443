import Network

extension TextParser {
  static let typeKeywords: Set = ["seq", "map", "optional", "sparse_tensor", "opaque"]

  /// Whether `word` begins a type where a type may stand.
  static func beginsType(_ word: String) -> Bool {
    typeKeywords.contains(word) || ElementType(name: word) != nil
  }

  mutating func nextIsType() -> Bool { scanner.peekIdentifier().map(Self.beginsType) ?? false }

  /// type ::= tensor | 'seq' '(' type ')' | 'map' '(' element ',' type ')' | 'optional' '(' type ')'
  ///        | 'sparse_tensor' '(' tensor ')' | 'opaque' '(' [name] ')'
  mutating func type() throws(FormatError) -> DeclaredType {
    try nested { (parser) throws(FormatError) in
      let start = parser.scanner.start()
      let word = try parser.scanner.expectIdentifier("a type")
      if let element = ElementType(name: word) { return .tensor(element, try parser.dimensions()) }
      guard Self.typeKeywords.contains(word) else { throw parser.scanner.unexpected("a type", at: start) }
      try parser.scanner.expect("(")
      let type: DeclaredType
      switch word {
      case "seq": type = .sequence(try parser.type())
      case "optional": type = .optional(try parser.type())
      case "map":
        let key = try parser.elementType()
        try parser.scanner.expect(",")
        type = .map(key: key, value: try parser.type())
      case "sparse_tensor": type = .sparseTensor(try parser.elementType(), try parser.dimensions())
      default: type = try parser.opaqueType()
      }
      try parser.scanner.expect(")")
      return type
    }
  }

  private mutating func elementType() throws(FormatError) -> ElementType {
    let start = scanner.start()
    guard let word = scanner.identifier(), let type = ElementType(name: word) else {
      throw scanner.unexpected("an element type", at: start)
    }
    return type
  }

  /// Nothing is a scalar, `[]` an unknown rank.
  private mutating func dimensions() throws(FormatError) -> [DeclaredDimension]? {
    guard scanner.take("[") else { return [] }
    if scanner.take("]") { return nil }
    var dimensions: [DeclaredDimension] = []
    repeat {
      guard dimensions.count < limits.rank else {
        throw FormatError(.tooMany(.rank, limit: limits.rank), offset: scanner.position)
      }
      dimensions.append(try dimension())
    } while scanner.take(",")
    try scanner.expect("]")
    return dimensions
  }

  /// '?' | name | int
  private mutating func dimension() throws(FormatError) -> DeclaredDimension {
    if scanner.take("?") { return .unknown }
    if let symbol = try scanner.name() { return symbol.isEmpty || symbol == "?" ? .unknown : .symbol(symbol) }
    let extent = try scanner.expectInteger()
    return extent < 0 ? .unknown : .fixed(extent)
  }

  /// [(identifier '.')* identifier [',' identifier]]: a name, or a domain and a name
  private mutating func opaqueType() throws(FormatError) -> DeclaredType {
    if scanner.next(is: ")") { return .opaque(domain: "", name: "") }
    var name = try scanner.expectIdentifier()
    while scanner.take(".") { name += "." + (try scanner.expectIdentifier()) }
    guard scanner.take(",") else { return .opaque(domain: "", name: name) }
    return .opaque(domain: name, name: try scanner.expectIdentifier())
  }
}
