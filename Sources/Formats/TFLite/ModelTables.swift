import Network

/// Reads the tables of a file of TensorFlow Lite and checks that what they refer to is there.
struct ModelTables {
  private let file: MappedFile
  private let limits: Limits
  private let buffer: FlatBuffer
  private var external: ExternalFiles
  private var model: LiteModel
  private var operatorCodes: [(code: Int, name: String)] = []
  /// Of the schema's `external_buffers`, by number.
  private var externalBuffers: [Int: [Metadata]] = [:]
  private var nodeCount = 0

  init(file: MappedFile, options: ReadOptions) {
    self.file = file
    limits = options.limits
    buffer = FlatBuffer(file.bytes)
    external = ExternalFiles(besides: file.path, followsLinks: options.followsLinks)
    model = LiteModel(file: file)
  }

  mutating func read() throws(FormatError) -> LiteModel {
    let root = try buffer.root()
    model.version = Int(try root.integer(0, as: UInt32.self))
    guard model.version == 3 else { throw FormatError(.formatVersion(model.version), offset: root.offset) }
    model.producer = try root.text(3, limits: limits) ?? ""
    try root.forEachTable(1, "operator_codes") { (_, table) throws(FormatError) in try readCode(table) }
    try root.forEachTable(4, "buffers") { (_, table) throws(FormatError) in
      model.buffers.append(try data(of: table))
    }
    try readExternalBuffers(root)
    try root.forEachTable(6, "metadata") { (_, table) throws(FormatError) in try readMetadata(table) }
    try root.forEachTable(2, "subgraphs") { (index, table) throws(FormatError) in
      model.subgraphs.append(try subgraph(table))
    }
    guard !model.subgraphs.isEmpty else { throw FormatError(.missingField("subgraphs"), offset: root.offset) }
    model.findings = external.findings
    return model
  }

  /// An `OperatorCode`. The older field holds a byte; the newer one is right wherever it is larger.
  private mutating func readCode(_ table: FlatTable) throws(FormatError) {
    let code = max(Int(try table.integer(0, as: Int8.self)), try table.int32(3))
    let custom = try table.text(1, limits: limits) ?? ""
    let name = code == BuiltinOperators.custom ? custom : BuiltinOperators.name(of: code)
    operatorCodes.append((code, name.isEmpty ? "CUSTOM" : name))
  }

  /// A `Buffer`: its bytes stand in it, or behind the tables of a file that is too large for them.
  private func data(of table: FlatTable) throws(FormatError) -> Range<Int>? {
    let offset = try table.integer(1, as: UInt64.self)
    if offset > 1 {
      let size = try table.integer(2, as: UInt64.self)
      guard let start = Int(exactly: offset), let count = Int(exactly: size), start <= file.count,
        count <= file.count - start
      else {
        throw FormatError(
          .dataRange(
            begin: Int(clamping: offset),
            end: Int(clamping: offset.addingReportingOverflow(size).partialValue),
            dataBytes: file.count), offset: table.offset)
      }
      return count > 0 ? start..<(start + count) : nil
    }
    guard let vector = try table.vector(0, elementBytes: 1), vector.count > 0 else { return nil }
    return vector.range
  }

  private mutating func readExternalBuffers(_ root: FlatTable) throws(FormatError) {
    var groups: [String] = []
    try root.forEachTable(8, "external_buffer_groups") { (_, table) throws(FormatError) in
      groups.append(try table.text(0, limits: limits) ?? "")
    }
    try root.forEachTable(9, "external_buffers") { (_, table) throws(FormatError) in
      let group = Int(try table.integer(1, as: UInt32.self))
      guard groups.indices.contains(group) else {
        throw FormatError(.reference("external_buffer_groups", group), offset: table.offset)
      }
      externalBuffers[Int(try table.integer(0, as: UInt32.self))] = [
        Metadata(key: "location", value: groups[group]),
        Metadata(key: "offset", value: "\(try table.integer(2, as: UInt64.self))"),
        Metadata(key: "length", value: "\(try table.integer(3, as: UInt64.self))"),
      ]
    }
  }

  /// A `Metadata`: short texts are told, everything else is only named.
  private mutating func readMetadata(_ table: FlatTable) throws(FormatError) {
    guard let name = try table.text(0, limits: limits) else { return }
    let index = Int(try table.integer(1, as: UInt32.self))
    guard model.buffers.indices.contains(index), let range = model.buffers[index], range.count <= 64 else {
      return model.metadata.append(Metadata(key: name, value: ""))
    }
    let bytes = file.bytes[range].prefix { $0 != 0 }
    let isText = bytes.allSatisfy { (32..<127).contains($0) }
    model.metadata.append(Metadata(key: name, value: isText ? String(decoding: bytes, as: UTF8.self) : ""))
  }

  private mutating func subgraph(_ table: FlatTable) throws(FormatError) -> LiteSubgraph {
    var result = LiteSubgraph()
    result.name = try table.text(4, limits: limits) ?? ""
    try table.forEachTable(0, "tensors") { (_, table) throws(FormatError) in
      result.tensors.append(try tensor(table))
    }
    let count = result.tensors.count
    result.inputs = try references(table, 1, "inputs", below: count, mayBeMissing: false)
    result.outputs = try references(table, 2, "outputs", below: count, mayBeMissing: false)
    try table.forEachTable(3, "operators") { (_, table) throws(FormatError) in
      nodeCount += 1
      guard nodeCount <= limits.nodes else { throw FormatError(.tooMany(.nodes, limit: limits.nodes)) }
      result.operators.append(try lite(table, tensors: count))
    }
    return result
  }

  /// Indices of tensors, checked.
  private func references(
    _ table: FlatTable, _ field: Int, _ name: String, below count: Int, mayBeMissing: Bool
  ) throws(FormatError) -> [Int] {
    let indices = try table.indices(field)
    for index in indices where index >= count || index < (mayBeMissing ? -1 : 0) {
      throw FormatError(.reference("tensors", index), offset: table.offset, field: name)
    }
    return indices
  }

  private func lite(_ table: FlatTable, tensors: Int) throws(FormatError) -> LiteOperator {
    var result = LiteOperator(offset: table.offset)
    let code = Int(try table.integer(0, as: UInt32.self))
    guard operatorCodes.indices.contains(code) else {
      throw FormatError(.reference("operator_codes", code), offset: table.offset)
    }
    result.name = operatorCodes[code].name
    result.code = operatorCodes[code].code == BuiltinOperators.custom ? nil : operatorCodes[code].code
    result.inputs = try references(table, 1, "inputs", below: tensors, mayBeMissing: true)
    // Some writers leave an output out in the same way.
    result.outputs = try references(table, 2, "outputs", below: tensors, mayBeMissing: false)
    guard !result.outputs.isEmpty || !result.inputs.isEmpty || result.name == "CALL_ONCE" else {
      throw FormatError(.emptyNode, offset: table.offset, node: result.name)
    }
    result.options = try table.table(4)
    result.laterOptions = try table.table(12)
    return result
  }

  private mutating func tensor(_ table: FlatTable) throws(FormatError) -> LiteTensor {
    var result = LiteTensor(offset: table.offset)
    result.name = try table.text(3, limits: limits) ?? ""
    result.shape = try table.indices(0)
    result.signature = try table.indices(7)
    result.hasRank = try table.flag(8)
    result.isVariable = try table.flag(5)
    result.isSparse = try table.has(6)
    guard result.rank <= limits.rank else { throw FormatError(.tooMany(.rank, limit: limits.rank)) }
    if let negative = result.shape.first(where: { $0 < 0 }) { throw FormatError(.negativeExtent(negative)) }
    let code = try table.byte(1)
    guard let type = LiteType(rawValue: code) else { throw FormatError(.elementType(code)) }
    result.type = type
    result.element = type.element
    if let quantization = try table.table(4) {
      result.quantization = try self.quantization(quantization, result)
    }
    try readData(table, into: &result)
    return result
  }

  /// A `QuantizationParameters`: one scale, or one for each place along an axis.
  private func quantization(
    _ table: FlatTable, _ tensor: LiteTensor
  ) throws(FormatError) -> LiteTensor.Quantization {
    var result = LiteTensor.Quantization()
    result.scales = try table.integers(2, as: UInt32.self).map { Float(bitPattern: $0) }
    result.zeroPoints = try table.integers(3, as: Int64.self).map { Int($0) }
    result.axis = try table.int32(6)
    result.isBlockwise = try table.byte(4) > 1
    let count = result.scales.count
    if count > 1 {
      guard tensor.shape.indices.contains(result.axis), tensor.shape[result.axis] == count,
        result.zeroPoints.isEmpty || result.zeroPoints.count == count
      else { throw FormatError(.quantization(scales: count), offset: table.offset) }
    } else if result.zeroPoints.count > 1 {
      throw FormatError(.quantization(scales: count), offset: table.offset)
    }
    return result
  }

  private mutating func readData(_ table: FlatTable, into result: inout LiteTensor) throws(FormatError) {
    let index = Int(try table.integer(2, as: UInt32.self))
    // A file without buffers has no constants.
    guard index == 0 || model.buffers.indices.contains(index) else {
      throw FormatError(.reference("buffers", index), offset: table.offset)
    }
    let number = Int(try table.integer(10, as: UInt32.self))
    guard let count = Shape(result.shape).elementCount, count <= limits.elements else {
      throw FormatError(.tooMany(.elements, limit: limits.elements))
    }
    guard let element = result.element, let byteCount = element.byteCount(of: count) else { return }
    if number > 0, let entries = externalBuffers[number] {
      result.data = .external(
        try external.storage(entries, tensor: result.name, byteCount: byteCount))
      return
    }
    guard index > 0, let range = model.buffers[index], !result.isVariable else { return }
    if let sparsity = try table.table(6) {
      let data = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      result.data = .external(
        .bytes(try SparseTensorReader.read(sparsity, data: data, shape: result.shape, element: element)))
    } else if element == .string {
      result.data = .external(.strings(try StringBuffer.read(file.bytes, range, count: count)))
    } else {
      guard range.count >= byteCount else {
        throw FormatError(.tensorLength(expected: byteCount, found: range.count), offset: range.lowerBound)
      }
      result.data = .mapped(range.lowerBound..<(range.lowerBound + byteCount))
    }
  }
}

/// Texts in a buffer: how many, where each begins and the last ends, counted from the buffer's start, and the characters.
enum StringBuffer {
  static func read(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, count: Int
  ) throws(FormatError) -> [[UInt8]] {
    let buffer = UnsafeRawBufferPointer(rebasing: bytes[range])
    var reader = ByteReader(buffer)
    do throws(FormatError) {
      let found = Int(try reader.integer(UInt32.self))
      guard found == count, found < buffer.count / 4 else {
        throw FormatError(.tensorLength(expected: count, found: found))
      }
      var texts: [[UInt8]] = []
      var start = Int(try reader.integer(UInt32.self))
      for _ in 0..<count {
        let end = Int(try reader.integer(UInt32.self))
        guard start <= end, end <= buffer.count else { throw FormatError(.truncated) }
        texts.append(Array(buffer[start..<end]))
        start = end
      }
      return texts
    } catch {
      throw FormatError(error.problem, offset: range.lowerBound)
    }
  }
}
