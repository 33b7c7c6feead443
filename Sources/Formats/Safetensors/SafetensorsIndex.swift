package import Network

/// `model.safetensors.index.json`: the names of tensors and which file beside it holds each.
package enum SafetensorsIndex: WeightFormat {
  package static let name = "safetensors, sharded"

  /// Whether the bytes begin an object that lists tensors by file.
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let head = bytes.prefix(4096)
    let first = head.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    guard first == UInt8(ascii: "{") else { return false }
    let text = String(decoding: head, as: UTF8.self)
    return text.contains("\"weight_map\"") || text.contains("\"metadata\"")
  }

  package static func read(_ file: MappedFile, options: ReadOptions) throws(FormatError) -> WeightFile {
    let shards = try shards(file, limits: options.limits)
    var external = ExternalFiles(besides: file.path, followsLinks: options.followsLinks)
    var result = WeightFile(path: file.path, format: name, fileBytes: file.count, tensors: [])
    var unlisted = 0
    for shard in shards.sorted(by: { $0.key < $1.key }) {
      guard let data = try external.file(shard.key) else { throw FormatError(.missingShard(shard.key)) }
      var header = SafetensorsHeader(limits: options.limits)
      do {
        try header.read(data.bytes)
      } catch {
        throw error.in(file: data.path)
      }
      let found = header.tensors.filter { shard.value.contains($0.name) }
      guard found.count == shard.value.count else {
        let names = Set(found.map(\.name))
        let absent = shard.value.subtracting(names).min() ?? ""
        throw FormatError(.undefinedName(absent), file: data.path)
      }
      unlisted += header.tensors.count - found.count
      result.tensors += found
      result.fileBytes += data.count
      if result.metadata.isEmpty { result.metadata = header.metadata }
    }
    if unlisted > 0 {
      result.findings = [Finding(.ignored(part: "what the index does not list (\(unlisted) tensors)"))]
    }
    return result
  }

  /// The names of tensors by the file that holds them.
  private static func shards(
    _ file: MappedFile, limits: Limits
  ) throws(FormatError) -> [String: Set<String>] {
    var shards: [String: Set<String>] = [:]
    var hasMap = false
    var scanner = JSONScanner(file.bytes, 0..<file.count, limits: limits)
    try scanner.object { (scanner, key, _) throws(FormatError) in
      guard key == "weight_map" else { return try scanner.skip() }
      hasMap = true
      var count = 0
      try scanner.object { (scanner, tensor, _) throws(FormatError) in
        count += 1
        guard count <= limits.tensors else { throw FormatError(.tooMany(.tensors, limit: limits.tensors)) }
        shards[try scanner.string(), default: []].insert(tensor)
      }
    }
    try scanner.finish()
    guard hasMap else { throw FormatError(.missingField("weight_map")) }
    return shards
  }
}
