import Formats
import Network
import TestSupport
import Testing

/// Values beside a model, as `onnx-data.proto` defines them.
@Suite struct TestDataTests {
  private func tensor(_ value: Float) -> ProtobufEncoder {
    ProtobufEncoder {
      $0.tensorHead("t", 1, [1])
      $0.packed(4, floats: [value])
    }
  }

  private func read(_ bytes: ProtobufEncoder, _ kind: TestData.Kind) throws -> (
    name: String, value: StoredValue
  ) {
    let folder = try TemporaryFolder()
    return try TestData.read(path: folder.write(bytes.bytes, to: "input_0.pb"), as: kind)
  }

  private func bytes(_ value: StoredValue?) -> [UInt8]? {
    if case .tensor(let tensor)? = value { tensor.withBytes { Array($0) } } else { nil }
  }

  @Test func tensors() throws {
    let (name, value) = try read(tensor(1), .tensor)
    #expect(name == "t" && bytes(value) == [0, 0, 128, 63])
  }

  @Test func sequences() throws {
    let (name, value) = try read(
      ProtobufEncoder {
        $0.string(1, "s")
        $0.integer(2, 1)
        $0.message(3, tensor(1))
        $0.message(3, tensor(2))
      }, .sequence)
    guard case .sequence(let elements) = value else {
      Issue.record("no sequence")
      return
    }
    #expect(name == "s" && elements.map { bytes($0) } == [[0, 0, 128, 63], [0, 0, 0, 64]])
  }

  @Test func optionals() throws {
    let some = try read(
      ProtobufEncoder {
        $0.integer(2, 1)
        $0.message(3, tensor(1))
      }, .optional)
    guard case .optional(let inner) = some.value else {
      Issue.record("no optional")
      return
    }
    #expect(bytes(inner) == [0, 0, 128, 63])
    guard case .optional(nil) = try read(ProtobufEncoder { $0.integer(2, 1) }, .optional).value else {
      Issue.record("something where nothing is")
      return
    }
  }

  @Test func maps() throws {
    let (_, value) = try read(
      ProtobufEncoder {
        $0.integer(2, 7)
        $0.packed(3, integers: [5])
        $0.message(5) { $0.message(3, tensor(1)) }
      }, .map)
    guard case .map(let keys, let values) = value else {
      Issue.record("no map")
      return
    }
    #expect(
      keys.withBytes { Array($0) } == [5, 0, 0, 0, 0, 0, 0, 0]
        && values.map { bytes($0) } == [[0, 0, 128, 63]])
  }

  @Test func sequencesInsideOneAnotherHaveALimit() throws {
    var inner = ProtobufEncoder()
    for _ in 0..<200 {
      let body = inner
      inner = ProtobufEncoder { $0.message(5, body) }
    }
    #expect(throws: FormatError.self) { try read(inner, .sequence) }
  }

  /// What the fuzzers begin with and what they found; the first byte says what to read.
  @Test(
    arguments: ["seeds", "hostile"].flatMap { folder in
      Fixture.names(in: folder, endingIn: ".pb").map { "\(folder)/\($0)" }
    })
  func fuzzedFiles(name: String) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let bytes = try contents(of: Fixture.path(name))
    let path = try folder.write(Array(bytes.dropFirst()), to: "data.pb")
    let kinds: [TestData.Kind] = [.tensor, .sequence, .optional, .map]
    let kind = kinds[Int(try #require(bytes.first)) % kinds.count]
    do throws(FormatError) {
      _ = try TestData.read(path: path, as: kind)
    } catch {
      #expect(name.hasPrefix("hostile") && error.file == path)
    }
  }
}
