import Network

/// Reads a model in text by recursive descent. Extensions in files of their own read the parts of the grammar.
struct TextParser {
  let file: MappedFile
  let limits: Limits
  var scanner: TextScanner
  var names = NameTable()
  var external: ExternalFiles
  var nodeCount = 0
  /// Graphs, types and lists around the current place.
  var depth = 0
  /// Whether nodes may refer to the attributes of the node that calls them.
  var isInsideFunction = false

  init(file: MappedFile, options: ReadOptions) {
    self.file = file
    limits = options.limits
    scanner = TextScanner(file.bytes)
    external = ExternalFiles(besides: file.path, followsLinks: options.followsLinks)
  }

  /// model ::= ['<' header '>'] graph function*
  mutating func network() throws(FormatError) -> Network {
    var header = Header()
    if scanner.take("<") {
      repeat { try entry(of: &header) } while scanner.take(",")
      try scanner.expect(">")
    }
    let draft = try graph()
    var functions: [FunctionDraft] = []
    isInsideFunction = true
    while scanner.peek() != nil { functions.append(try function(modelSets: header.operatorSets)) }
    guard let version = header.version else { throw FormatError(.missingField("ir_version"), offset: 0) }
    guard !header.operatorSets.isEmpty else { throw FormatError(.missingField("opset_import"), offset: 0) }
    let assembled = try NetworkAssembler.assemble(
      consume draft, functions: functions, names: names, limits: limits)
    let producer = [header.producer, header.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
    return Network(
      path: file.path, format: ONNXText.name, fileBytes: file.count, producer: producer,
      operatorSets: header.operatorSets, formatVersion: version, graph: assembled.graph,
      functions: assembled.functions, metadata: header.metadata, findings: external.findings)
  }

  private struct Header {
    var version: Int?
    var operatorSets: [String: Int] = [:]
    var producer = ""
    var producerVersion = ""
    var metadata: [Metadata] = []
  }

  private mutating func entry(of header: inout Header) throws(FormatError) {
    let start = scanner.start()
    let key = try scanner.expectIdentifier("a key of the header")
    try scanner.expect(":")
    switch key {
    case "ir_version": header.version = try scanner.expectInteger()
    case "opset_import": header.operatorSets = try operatorSets()
    case "producer_name": header.producer = try scanner.expectText()
    case "producer_version": header.producerVersion = try scanner.expectText()
    case "metadata_props": header.metadata = try pairs()
    case "domain", "doc_string": _ = try scanner.string()
    case "model_version": _ = try scanner.expectInteger()
    default: throw scanner.unexpected("a key of the header", at: start)
    }
  }

  /// '[' [string ':' int (',' string ':' int)*] ']'
  mutating func operatorSets() throws(FormatError) -> [String: Int] {
    var sets: [String: Int] = [:]
    try scanner.expect("[")
    if scanner.take("]") { return sets }
    repeat {
      let start = scanner.start()
      let domain = Self.domain(try scanner.expectText())
      try scanner.expect(":")
      let version = try scanner.expectInteger()
      guard (1...Int(Int32.max)).contains(version) else {
        throw FormatError(.operatorSetVersion(domain: domain, version: version), offset: start)
      }
      if let other = sets.updateValue(version, forKey: domain), other != version {
        throw FormatError(.conflictingOperatorSets(domain: domain), offset: start)
      }
    } while scanner.take(",")
    try scanner.expect("]")
    return sets
  }

  /// '[' [string ':' string (',' string ':' string)*] ']'
  mutating func pairs() throws(FormatError) -> [Metadata] {
    var pairs: [Metadata] = []
    try scanner.expect("[")
    if scanner.take("]") { return pairs }
    repeat {
      let key = try scanner.expectText()
      try scanner.expect(":")
      pairs.append(Metadata(key: key, value: try scanner.expectText()))
    } while scanner.take(",")
    try scanner.expect("]")
    return pairs
  }

  /// A domain, with the main one always spelt "".
  static func domain(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

  /// Runs `body` one level further in.
  mutating func nested<Result>(
    _ body: (inout TextParser) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else {
      throw FormatError(.tooMany(.depth, limit: limits.depth), offset: scanner.position)
    }
    return try body(&self)
  }
}
