import Formats
import Foundation
import Network
import TestSupport
import Testing

/// Files that hold weights and no graph.
@Suite struct WeightFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func safetensors(_ header: String, dataBytes: Int) -> [UInt8] {
    var file = ByteBuilder()
    file.text(header)
    file.raw([UInt8](repeating: 0, count: dataBytes))
    return file.bytes
  }

  /// Two tensors of half and full precision, one scalar, and what the file says of itself.
  static let small = safetensors(
    #"{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"#
      + #""a.b\u00e9":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},"n":{"dtype":"I32","shape":[],"data_offsets":[12,16]}}  "#,
    dataBytes: 24)

  struct Entry {
    var name = "w"
    var dimensions: [UInt64] = [32, 2]
    var type: UInt32 = 2
    var offset: UInt64 = 0
  }

  static func gguf(
    _ tensors: [Entry], isBigEndian: Bool = false, alignment: UInt32? = nil, dataBytes: Int,
    extra: (inout ByteBuilder) -> Void = { _ in }, extraCount: Int = 0
  ) -> [UInt8] {
    var file = ByteBuilder(isBigEndian: isBigEndian)
    file.raw("GGUF".utf8)
    file.integer(UInt32(3))
    file.integer(UInt64(tensors.count))
    file.integer(UInt64(1 + (alignment == nil ? 0 : 1) + extraCount))
    file.text("general.architecture")
    file.integer(UInt32(8))
    file.text("llama")
    if let alignment {
      file.text("general.alignment")
      file.integer(UInt32(4))
      file.integer(alignment)
    }
    extra(&file)
    for tensor in tensors {
      file.text(tensor.name)
      file.integer(UInt32(tensor.dimensions.count))
      for extent in tensor.dimensions { file.integer(extent) }
      file.integer(tensor.type)
      file.integer(tensor.offset)
    }
    file.pad(to: max(1, Int(alignment ?? 32)))
    file.raw([UInt8](repeating: 0, count: dataBytes))
    return file.bytes
  }

  private func read(_ bytes: [UInt8], limits: Limits = Limits()) throws -> WeightFile {
    let path = try folder.write(bytes, to: "weights.bin")
    guard
      case .weights(let file) = try NetworkReader.contents(path: path, options: ReadOptions(limits: limits))
    else { throw Unexpected() }
    return file
  }

  private struct Unexpected: Error {}

  private func problem(_ bytes: [UInt8], limits: Limits = Limits()) throws -> FormatError.Problem? {
    do {
      _ = try read(bytes, limits: limits)
      return nil
    } catch let error as FormatError {
      #expect(!error.message.isEmpty && !error.message.contains("\n"))
      return error.problem
    }
  }

  @Test func `Safetensors are told with shapes, types and bytes`() throws {
    let file = try read(Self.small)
    #expect(file.format == "safetensors" && file.metadata == [Metadata(key: "format", value: "pt")])
    #expect(file.tensors.map(\.name) == ["a.weight", "a.bé", "n"])
    #expect(file.tensors.map(\.elements) == [6, 2, 1] && file.tensors.map(\.bytes) == [12, 8, 4])
    #expect(file.tensors.map(\.type.name) == ["BF16", "F32", "I32"])
  }

  /// ggml's own block sizes: Q4_0 has 18 bytes for 32 elements, Q4_K 144 for 256.
  @Test(arguments: [false, true])
  func `GGUF is told with exact elements of quantised types`(isBigEndian: Bool) throws {
    let tensors = [
      Entry(), Entry(name: "k", dimensions: [256, 4, 2], type: 12, offset: 64),
      Entry(name: "s", dimensions: [], type: 0, offset: 1216),
    ]
    let file = try read(Self.gguf(tensors, isBigEndian: isBigEndian, dataBytes: 1220))
    #expect(file.formatVersion == 3 && file.metadata.first?.value == "llama")
    #expect(file.tensors.map(\.dimensions) == [[2, 32], [2, 4, 256], []])
    #expect(file.tensors.map(\.elements) == [64, 2048, 1] && file.tensors.map(\.bytes) == [36, 1152, 4])
  }

  @Test func `A file of weights is no network`() throws {
    let path = try folder.write(Self.small, to: "w")
    #expect(
      try FormatsTests.problem { try NetworkReader.read(path: path) } == .weightsOnly(format: "safetensors"))
  }

  @Test func `Shards are read by their index`() throws {
    let one = Self.safetensors(#"{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}"#, dataBytes: 8)
    let two = Self.safetensors(
      #"{"b":{"dtype":"F4","shape":[3,2],"data_offsets":[0,3]},"c":{"dtype":"U8","shape":[0],"data_offsets":[3,3]}}"#,
      dataBytes: 3)
    try folder.write(one, to: "one.safetensors")
    try folder.write(two, to: "two.safetensors")
    func index(_ map: String) -> [UInt8] { Array("{\"metadata\":{},\"weight_map\":{\(map)}}".utf8) }
    let file = try read(index(#""a":"one.safetensors","b":"two.safetensors""#))
    #expect(file.tensors.map(\.name) == ["a", "b"] && file.tensors.map(\.bytes) == [8, 3])
    #expect(file.findings == [Finding(.ignored(part: "what the index does not list (1 tensors)"))])
    #expect(try problem(index(#""a":"absent.safetensors""#)) == .missingShard("absent.safetensors"))
    #expect(try problem(index(#""x":"one.safetensors""#)) == .undefinedName("x"))
    #expect(
      try problem(index(#""a":"../one.safetensors""#))
        == .externalPath(location: "../one.safetensors", .parent))
    #expect(try problem(Array("{\"metadata\":{}}".utf8)) == .missingField("weight_map"))
  }

  /// What the reference implementation of safetensors refuses too: its tests, and README's "Benefits" on overlap, holes
  /// and duplicate keys.
  @Test func `Hostile safetensors are refused`() throws {
    func one(_ tensor: String, data: Int = 8) -> [UInt8] {
      Self.safetensors("{\"t\":{\(tensor)}}", dataBytes: data)
    }
    let float = #""dtype":"F32","shape":[2],"data_offsets":"#
    #expect(try problem(one(float + "[0,8]")) == nil)
    #expect(
      try problem(one(float + "[0,16]")) == .dataRange(begin: 0, end: 16, dataBytes: 8))
    #expect(try problem(one(float + "[8,0]")) == .dataRange(begin: 8, end: 0, dataBytes: 8))
    #expect(try problem(one(float + "[0,4]")) == .tensorLength(expected: 8, found: 4))
    #expect(try problem(one(float + "[0,8]", data: 12)) == .unclaimedData(bytes: 4))
    #expect(try problem(one(float + "[4,12]", data: 12)) == .unclaimedData(bytes: 4))
    #expect(try problem(one(float + "[0,99999999999999999999]")) == .malformedNumber)
    #expect(try problem(one(#""dtype":"F32","shape":[-1],"data_offsets":[0,8]"#)) != nil)
    #expect(
      try problem(one(#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]"#))
        == .tooMany(.elements, limit: 1 << 40))
    #expect(try problem(one(#""dtype":"F99","shape":[2],"data_offsets":[0,8]"#)) == .storageType("F99"))
    #expect(try problem(one(#""dtype":"F4","shape":[3],"data_offsets":[0,2]"#)) != nil)
    #expect(try problem(one(#""shape":[2],"data_offsets":[0,8]"#)) == .missingField("dtype"))
    #expect(
      try problem(one(#""shape":[2],"dtype":"F32","dtype":"F32","data_offsets":[0,8]"#))
        == .duplicateName("dtype"))
    let tensor = "{\(float)[0,8]}"
    #expect(
      try problem(Self.safetensors("{\"a\":\(tensor),\"a\":\(tensor)}", dataBytes: 8)) == .duplicateName("a"))
    #expect(
      try problem(Self.safetensors("{\"a\":\(tensor),\"b\":\(tensor)}", dataBytes: 8))
        == .overlappingData(tensor: "b"))
    #expect(try problem(Self.safetensors("{\"a\":\(tensor)} x", dataBytes: 8)) != nil)
    let deep = String(repeating: "[", count: 5000)
    #expect(try problem(one("\"x\":\(deep)")) == .tooMany(.depth, limit: 100))
    var limits = Limits()
    limits.tensors = 1
    #expect(
      try problem(Self.safetensors("{\"a\":\(tensor),\"b\":\(tensor)}", dataBytes: 8), limits: limits)
        == .tooMany(.tensors, limit: 1))
  }

  @Test func `A header longer than the format allows is no safetensors file`() throws {
    var file = ByteBuilder()
    file.integer(UInt64(100_000_001))
    file.raw("{}".utf8)
    #expect(throws: FormatError.self) { try read(file.bytes) }
  }

  /// The shapes of CVE-2024-21802, -21825, -21836, -23496, -23605, CVE-2025-53630 and CVE-2026-7482: counts and
  /// lengths beyond the file, and products that wrap around.
  @Test func `Hostile GGUF files are refused`() throws {
    #expect(try problem(Self.gguf([Entry()], dataBytes: 36)) == nil)
    #expect(try problem(Self.gguf([Entry()], dataBytes: 35)) == .dataRange(begin: 0, end: 36, dataBytes: 35))
    #expect(
      try problem(Self.gguf([Entry(offset: 1 << 62)], dataBytes: 36))
        == .dataRange(begin: 1 << 62, end: 1 << 62 + 36, dataBytes: 36))
    #expect(try problem(Self.gguf([Entry(offset: 1)], dataBytes: 64)) == .misalignedData(1))
    #expect(try problem(Self.gguf([Entry(dimensions: [31])], dataBytes: 64)) != nil)
    #expect(
      try problem(Self.gguf([Entry(dimensions: [16, 2])], dataBytes: 64)) == .brokenBlocks(row: 16, block: 32)
    )
    #expect(
      try problem(Self.gguf([Entry(dimensions: [1 << 32, 1 << 32])], dataBytes: 64))
        == .tooMany(.elements, limit: 1 << 40))
    #expect(
      try problem(Self.gguf([Entry(dimensions: [1, 1, 1, 1, 1])], dataBytes: 64)) == .tooMany(.rank, limit: 4)
    )
    #expect(try problem(Self.gguf([Entry(type: 99)], dataBytes: 64)) == .storageType("99"))
    #expect(try problem(Self.gguf([Entry(), Entry()], dataBytes: 64)) == .duplicateName("w"))
    #expect(
      try problem(Self.gguf([Entry(), Entry(name: "v")], dataBytes: 64)) == .overlappingData(tensor: "v"))
    #expect(try problem(Self.gguf([], alignment: 3, dataBytes: 0)) == .alignment("3"))
    #expect(try problem(Self.gguf([], alignment: 0, dataBytes: 0)) == .alignment("0"))
  }

  @Test func `GGUF values beyond the file or nested too deep are refused`() throws {
    func value(_ write: (inout ByteBuilder) -> Void) throws -> FormatError.Problem? {
      try problem(
        Self.gguf(
          [], dataBytes: 64,
          extra: {
            $0.text("k")
            write(&$0)
          }, extraCount: 1))
    }
    #expect(try value { $0.integer(UInt32(13)) } == .valueType(13))
    for element: UInt32 in [0, 8, 9, 12] {
      for count: UInt64 in [1 << 61, 1 << 63, 1000] {
        #expect(
          try value {
            $0.integer(UInt32(9))
            $0.integer(element)
            $0.integer(count)
          } == .truncated, "\(count) of \(element)")
      }
    }
    #expect(
      try value {
        $0.integer(UInt32(9))
        for _ in 0..<500 {
          $0.integer(UInt32(9))
          $0.integer(UInt64(1))
        }
        $0.raw([UInt8](repeating: 0, count: 1000))
      } == .tooMany(.depth, limit: 100))
    var file = ByteBuilder()
    file.raw("GGUF".utf8)
    file.integer(UInt32(3))
    file.integer(UInt64(4_000_000))
    file.integer(UInt64(0))
    #expect(try problem(file.bytes) == .truncated)
  }

  @Test func `Every truncation and changed byte is read or refused`() throws {
    let files = [
      Self.small, Self.gguf([Entry(), Entry(name: "k", offset: 64)], alignment: 64, dataBytes: 100),
    ]
    for bytes in files {
      for count in bytes.indices {
        #expect(throws: FormatError.self, "cut at \(count)") { try read(Array(bytes[..<count])) }
      }
      for place in bytes.indices {
        for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, bytes[place] ^ 1, bytes[place] &+ 1, 0x22, 0x7B] {
          var changed = bytes
          changed[place] = value
          let path = try folder.write(changed, to: "weights.bin")
          do throws(FormatError) {
            _ = try NetworkReader.contents(path: path)
          } catch {
            #expect(error.file == path && !error.message.contains("\n"))
          }
        }
      }
    }
  }
}

@Suite struct FormatListTests {
  /// Every type under Sources/Formats that conforms to a kind of format is listed.
  @Test func `Every format is listed`() throws {
    let listed =
      Formats.networks.map { String(describing: $0) } + Formats.weights.map { String(describing: $0) }
    let root = Fixture.folder + "../Sources/Formats"
    var declared: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) where path.hasSuffix(".swift") {
      for line in try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8).split(separator: "\n") {
        let words = line.split(whereSeparator: { " :{".contains($0) }).map(String.init)
        guard let place = words.firstIndex(of: "enum"),
          line.contains(": Format {") || line.contains(": WeightFormat {")
        else { continue }
        declared.insert(words[place + 1])
      }
    }
    #expect(declared.count >= 5 && declared == Set(listed))
    #expect(Set(listed).count == listed.count)
  }
}
