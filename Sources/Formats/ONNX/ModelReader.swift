import Network

/// Reads one file: holds what all of its messages share. Extensions in files of their own read the kinds of message.
///
/// Field numbers are those of `onnx.proto`.
struct ModelReader {
  let file: MappedFile
  let limits: Limits
  var names = NameTable()
  var external: ExternalFiles
  /// Whole-file findings: each part is told once.
  var ignored: Set<String> = []
  var findings: [Finding] = []
  /// Nodes read so far, of all graphs.
  var nodeCount = 0
  /// Whether nodes may refer to the attributes of the node that calls them.
  var isInsideFunction = false
  /// Attribute and metadata names, which repeat from node to node.
  private var texts: [String] = []
  private var textNames = NameTable()

  init(file: MappedFile, options: ReadOptions) {
    self.file = file
    limits = options.limits
    external = ExternalFiles(besides: file.path, followsLinks: options.followsLinks)
  }

  /// The whole file as a `ModelProto`.
  mutating func read() throws(FormatError) -> Network {
    let fields = try modelFields()
    guard let version = fields.version else { throw FormatError(.missingField("ir_version"), offset: 0) }
    guard !fields.graph.isEmpty else { throw FormatError(.missingField("graph"), offset: 0) }
    let operatorSets = try operatorSets(fields.operatorSets, formatVersion: version)
    let draft: GraphDraft
    do {
      draft = try graph(fields.graph, depth: 1)
    } catch {
      throw error.inside("graph")
    }
    var functions: [FunctionDraft] = []
    isInsideFunction = true
    for (index, range) in fields.functions.enumerated() {
      do {
        functions.append(try function(range, modelSets: operatorSets))
      } catch {
        throw error.inside("functions", index)
      }
    }
    let assembled = try NetworkAssembler.assemble(
      consume draft, functions: functions, names: names, limits: limits)
    return Network(
      path: file.path, format: ONNX.name, fileBytes: file.count, producer: fields.producer(in: self),
      operatorSets: operatorSets, formatVersion: version, graph: assembled.graph,
      functions: assembled.functions,
      metadata: fields.metadata,
      findings: findings + external.findings + ignored.sorted().map { Finding(.ignored(part: $0)) })
  }

  private struct ModelFields {
    var version: Int?
    var producerName = 0..<0
    var producerVersion = 0..<0
    var graph = Slices()
    var operatorSets: [Range<Int>] = []
    var functions: [Range<Int>] = []
    var metadata: [Metadata] = []

    func producer(in reader: ModelReader) -> String {
      let name = reader.text(producerName)
      let version = reader.text(producerVersion)
      return name.isEmpty || version.isEmpty ? name : "\(name) \(version)"
    }
  }

  private mutating func modelFields() throws(FormatError) -> ModelFields {
    var fields = ModelFields()
    var reader = try WireReader(file.bytes, 0..<file.count, depth: 0, limits: limits)
    while try reader.next() {
      switch (reader.number, reader.kind) {
      case (1, .varint): fields.version = reader.integer
      case (2, .bytes): fields.producerName = reader.range
      case (3, .bytes): fields.producerVersion = reader.range
      case (7, .bytes): fields.graph.append(reader.range)
      case (8, .bytes): fields.operatorSets.append(reader.range)
      case (14, .bytes): fields.metadata.append(try metadata(reader.range, depth: 1))
      case (20, .bytes): ignored.insert("training information")
      case (25, .bytes): fields.functions.append(reader.range)
      case (26, .bytes): ignored.insert("device configurations")
      default: break
      }
    }
    return fields
  }

  /// Versions by domain. `""` and `"ai.onnx"` are one domain.
  func operatorSets(_ ranges: [Range<Int>], formatVersion: Int? = nil) throws(FormatError) -> [String: Int] {
    var sets: [String: Int] = [:]
    for range in ranges {
      var domain = ""
      var version = 0
      var reader = try WireReader(file.bytes, range, depth: 1, limits: limits)
      while try reader.next() {
        switch (reader.number, reader.kind) {
        case (1, .bytes): domain = self.domain(reader.range)
        case (2, .varint): version = reader.integer
        default: break
        }
      }
      guard (1...Int(Int32.max)).contains(version) else {
        throw FormatError(
          .operatorSetVersion(domain: domain, version: version), offset: range.lowerBound,
          field: "opset_import")
      }
      if let other = sets.updateValue(version, forKey: domain), other != version {
        throw FormatError(
          .conflictingOperatorSets(domain: domain), offset: range.lowerBound, field: "opset_import")
      }
    }
    if let formatVersion, sets.isEmpty {
      // Files of versions 1 and 2 have no such field.
      guard formatVersion < 3 else { throw FormatError(.missingField("opset_import"), offset: 0) }
      return ["": 1]
    }
    return sets
  }

  /// A `StringStringEntryProto`.
  mutating func metadata(_ range: Range<Int>, depth: Int) throws(FormatError) -> Metadata {
    let entry = try entry(range, depth: depth)
    return Metadata(key: try repeatedText(entry.key), value: text(entry.value))
  }

  /// Where the key and the value of a `StringStringEntryProto` stand.
  func entry(_ range: Range<Int>, depth: Int) throws(FormatError) -> (key: Range<Int>, value: Range<Int>) {
    try Self.entry(file.bytes, range, depth: depth, limits: limits)
  }

  // Static for closures, which would copy all of the reader to call a method of it.
  static func entry(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, depth: Int, limits: Limits
  ) throws(FormatError) -> (key: Range<Int>, value: Range<Int>) {
    var key = 0..<0
    var value = 0..<0
    var reader = try WireReader(bytes, range, depth: depth, limits: limits)
    while try reader.next() {
      switch (reader.number, reader.kind) {
      case (1, .bytes): key = reader.range
      case (2, .bytes): value = reader.range
      default: break
      }
    }
    return (key, value)
  }

  /// The bytes at `range` as text; what is not UTF-8 is replaced.
  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: file.bytes[range]), as: UTF8.self)
  }

  /// The same for texts that are met again and again: equal ones share one string.
  mutating func repeatedText(_ range: Range<Int>) throws(FormatError) -> String {
    if range.count <= 15 { return text(range) }
    let id = textNames.id(of: UnsafeRawBufferPointer(rebasing: file.bytes[try name(range)]))
    if Int(id.index) == texts.count { texts.append(text(range)) }
    return texts[Int(id.index)]
  }

  /// A domain, with the main one always spelt "".
  func domain(_ range: Range<Int>) -> String {
    if range.isEmpty { return "" }
    let domain = text(range)
    return domain == "ai.onnx" ? "" : domain
  }

  /// The name at `range`, as a number.
  mutating func nameID(_ range: Range<Int>) throws(FormatError) -> NameID {
    names.id(of: UnsafeRawBufferPointer(rebasing: file.bytes[try name(range)]))
  }

  /// `range`, if a name may be that long.
  func name(_ range: Range<Int>) throws(FormatError) -> Range<Int> { try Self.name(range, limits) }

  static func name(_ range: Range<Int>, _ limits: Limits) throws(FormatError) -> Range<Int> {
    guard range.count <= limits.nameBytes else {
      throw FormatError(.tooMany(.nameBytes, limit: limits.nameBytes), offset: range.lowerBound)
    }
    return range
  }

  func bytes(_ range: Range<Int>) -> [UInt8] { [UInt8](file.bytes[range]) }
}
