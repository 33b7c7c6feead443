import Formats
import Network
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Weights in files of their own: what is opened, and what is not.
@Suite struct ExternalDataTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write([0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64], to: "model/weights.bin")
    try folder.write([9, 9, 9, 9], to: "secret.bin")
  }

  /// Reads a network with one float that `entries` place.
  private func read(_ entries: [(String, String)], followsLinks: Bool = false, count: Int = 1) throws
    -> Network
  {
    let model = ProtobufEncoder.model { graph in
      graph.output("w")
      graph.initializer("w", 1, [count]) { $0.external(entries) }
    }
    let path = try folder.write(model.bytes, to: "model/model.onnx")
    return try NetworkReader.read(path: path, options: ReadOptions(followsLinks: followsLinks))
  }

  private func bytes(_ entries: [(String, String)], followsLinks: Bool = false) throws -> [UInt8]? {
    try read(entries, followsLinks: followsLinks).graph.values[0].initializer?.withBytes { Array($0) }
  }

  private func refusal(_ location: String) throws -> FormatError.PathProblem? {
    guard case .externalPath(location, let reason) = try problem({ try read([("location", location)]) })
    else {
      return nil
    }
    return reason
  }

  @Test func dataIsFound() throws {
    #expect(try bytes([("location", "weights.bin")]) == [0, 0, 128, 63])
    #expect(try bytes([("location", "./weights.bin"), ("offset", "8"), ("length", "4")]) == [0, 0, 64, 64])
    #expect(
      try bytes([("offset", "4"), ("location", "weights.bin"), ("checksum", "x"), ("__class__", "y")]) == [
        0, 0, 0, 64,
      ])
    try folder.write([1, 2, 3, 4], to: "model/deeper/a..b.bin")
    #expect(try bytes([("location", "deeper/a..b.bin")]) == [1, 2, 3, 4])
    #expect(try bytes([("location", "deeper\\a..b.bin")]) == [1, 2, 3, 4])
  }

  @Test func tensorsShareOneMapping() throws {
    let model = ProtobufEncoder.model { graph in
      for index in 0..<2 {
        graph.initializer("w\(index)", 1, [1]) {
          $0.external([("location", "weights.bin"), ("offset", "\(4 * index)")])
        }
      }
    }
    let network = try NetworkReader.read(path: folder.write(model.bytes, to: "model/model.onnx"))
    let files = network.graph.values.compactMap { value -> MappedFile? in
      if case .mapped(let file, _)? = value.initializer?.storage { file } else { nil }
    }
    #expect(files.count == 2 && files[0] === files[1])
  }

  @Test func aMissingFileIsAFinding() throws {
    for location in ["absent.bin", "absent/weights.bin"] {
      let network = try read([("location", location)])
      #expect(network.graph.values[0].initializer?.isMissing == true)
      #expect(network.findings == [Finding(.missingExternalFile(location: location, tensors: 1))])
    }
  }

  @Test(
    arguments: [
      ("", FormatError.PathProblem.empty), ("/etc/passwd", .absolute), ("\\x", .absolute), ("C:x", .absolute),
      ("~/x", .absolute), ("file://x", .absolute), ("../secret.bin", .parent),
      ("a/../../secret.bin", .parent),
      ("a\\..\\..\\secret.bin", .parent), ("..", .parent), ("a//b", .invalid), ("a/", .invalid),
      (".", .invalid),
      ("a\u{0}b", .invalid), ("weights.bin/x", .invalid), ("*/_ORT_MEM_ADDR_/*", nil),
    ] as [(String, FormatError.PathProblem?)])
  func pathsThatLeadElsewhere(location: String, expected: FormatError.PathProblem?) throws {
    #expect(try refusal(location) == expected)
  }

  @Test func linksAreFollowedOnlyOnRequest() throws {
    symlink("../secret.bin", folder.path + "model/link.bin")
    symlink("..", folder.path + "model/up")
    #expect(try refusal("link.bin") == .symbolicLink)
    #expect(try refusal("up/secret.bin") == .symbolicLink)
    link(folder.path + "secret.bin", folder.path + "model/hard.bin")
    #expect(try refusal("hard.bin") == .hardLink)
    for location in ["link.bin", "up/secret.bin", "hard.bin"] {
      #expect(try bytes([("location", location)], followsLinks: true) == [9, 9, 9, 9])
    }
    symlink("nowhere", folder.path + "model/dangling.bin")
    #expect(try refusal("dangling.bin") == .symbolicLink)
  }

  @Test func onlyRegularFilesAreOpened() throws {
    mkfifo(folder.path + "model/pipe", 0o644)
    mkdir(folder.path + "model/folder", 0o755)
    #expect(try refusal("pipe") == .notARegularFile)
    #expect(try refusal("folder") == .notARegularFile)
  }

  @Test(arguments: ["-1", "+1", " 1", "1 ", "", "0x1", "9223372036854775808", "1e3", "\u{0661}"])
  func numbersAreDigits(value: String) throws {
    for key in ["offset", "length"] {
      let found = try problem { try read([("location", "weights.bin"), (key, value)]) }
      #expect(found == .externalNumber(key: key, value: value))
    }
  }

  @Test func placesLieWithinTheFile() throws {
    for offset in [9, 12, 13, Int.max] {
      let found = try problem { try read([("location", "weights.bin"), ("offset", "\(offset)")]) }
      #expect(found == .externalRange(location: "weights.bin", offset: offset, length: 4, fileBytes: 12))
    }
    let short = try problem { try read([("location", "weights.bin"), ("length", "3")]) }
    #expect(short == .tensorLength(expected: 4, found: 3))
    let large = try problem { try read([("location", "weights.bin")], count: 1 << 38) }
    #expect(large == .externalRange(location: "weights.bin", offset: 0, length: 1 << 40, fileBytes: 12))
    let long = try read([("location", "weights.bin"), ("length", "8")])
    #expect(long.findings == [Finding(.excessData(tensor: "w", expected: 4, found: 8))])
  }

  /// Constants and the parts of sparse tensors go the same way as initializers.
  @Test func everyTensorIsCheckedAlike() throws {
    let location = "../secret.bin"
    let expected = FormatError.Problem.externalPath(location: location, .parent)
    let constant = ProtobufEncoder.model { graph in
      graph.node("Constant", [], ["c"]) { node in
        node.attribute("value", type: 4) {
          $0.message(5) {
            $0.tensorHead("", 1, [1])
            $0.external([("location", location)])
          }
        }
      }
    }
    #expect(try problem(constant) == expected)
    let sparse = ProtobufEncoder.model { graph in
      graph.message(15) { sparse in
        sparse.message(1) {
          $0.tensorHead("s", 1, [1])
          $0.external([("location", location)])
        }
      }
    }
    #expect(try problem(sparse) == expected)
  }

  @Test func filesThatAreNoNetworks() throws {
    func problem(_ path: String) throws -> FormatError.Problem? {
      try FormatsTests.problem { try NetworkReader.read(path: path) }
    }
    #expect(try problem(folder.path + "absent") == .cannotOpen(code: ENOENT))
    #expect(try problem(folder.path) == .notARegularFile)
    #expect(try problem(folder.write([], to: "empty")) == .empty)
    #expect(
      try problem(folder.write(Array("\u{FEFF}%PDF".utf8), to: "junk")) == .unrecognised(resembles: nil))
    #expect(
      try problem(folder.write(Array("PK\u{3}\u{4}".utf8), to: "z"))
        == .unrecognised(resembles: "a ZIP archive, as PyTorch, Keras and Core ML packages are"))
    guard case .syntax = try problem(folder.write(Array("Hello, world".utf8), to: "text")) else {
      Issue.record("plain text was taken for something else")
      return
    }
  }
}
