import Formats
import Network
import TestSupport
import Testing

/// Tensors of every element type, raw and in typed fields. Bytes follow from the table of types in `onnx.proto`;
/// those of 4 and 2 bits were also written by the onnx package.
@Suite struct TensorDataTests {
  private func tensor(
    _ type: Int, _ dimensions: [Int], _ data: @escaping (inout ProtobufEncoder) -> Void
  ) throws -> (tensor: Tensor, findings: [Finding]) {
    let network = try read(
      .model { graph in
        graph.output("w")
        graph.initializer("w", type, dimensions, data)
      })
    return (try #require(network.graph.values[0].initializer), network.findings)
  }

  private func failure(
    _ type: Int, _ dimensions: [Int], _ data: @escaping (inout ProtobufEncoder) -> Void
  ) throws -> FormatError.Problem? {
    try problem(.model { $0.initializer("w", type, dimensions, data) })
  }

  struct Typed: Sendable, CustomTestStringConvertible {
    var type: Int
    var dimensions: [Int]
    var field: Int
    var entries: [Int]
    var bytes: [UInt8]
    var testDescription: String { "type \(type)" }
  }

  @Test(arguments: [
    Typed(type: 2, dimensions: [2], field: 5, entries: [0, 255], bytes: [0, 255]),
    Typed(type: 3, dimensions: [2], field: 5, entries: [-1, 127], bytes: [255, 127]),
    Typed(type: 4, dimensions: [1], field: 5, entries: [0x1234], bytes: [0x34, 0x12]),
    Typed(type: 5, dimensions: [1], field: 5, entries: [-2], bytes: [0xFE, 0xFF]),
    Typed(type: 6, dimensions: [2], field: 5, entries: [-1, 7], bytes: [255, 255, 255, 255, 7, 0, 0, 0]),
    Typed(type: 7, dimensions: [1], field: 7, entries: [Int.min], bytes: [0, 0, 0, 0, 0, 0, 0, 0x80]),
    Typed(type: 9, dimensions: [3], field: 5, entries: [1, 0, 1], bytes: [1, 0, 1]),
    // 15360 is the number 1.0 in 16 bits.
    Typed(type: 10, dimensions: [1], field: 5, entries: [15360], bytes: [0x00, 0x3C]),
    Typed(type: 12, dimensions: [1], field: 11, entries: [0xFFFF_FFFF], bytes: [255, 255, 255, 255]),
    Typed(type: 13, dimensions: [1], field: 11, entries: [-1], bytes: [UInt8](repeating: 255, count: 8)),
    Typed(type: 16, dimensions: [1], field: 5, entries: [0x3F80], bytes: [0x80, 0x3F]),
    Typed(type: 17, dimensions: [1], field: 5, entries: [0x38], bytes: [0x38]),
    Typed(type: 18, dimensions: [1], field: 5, entries: [0x40], bytes: [0x40]),
    Typed(type: 19, dimensions: [1], field: 5, entries: [0x3C], bytes: [0x3C]),
    Typed(type: 20, dimensions: [1], field: 5, entries: [0x40], bytes: [0x40]),
    Typed(type: 21, dimensions: [3], field: 5, entries: [0x21, 0x03], bytes: [0x21, 0x03]),
    Typed(type: 22, dimensions: [3], field: 5, entries: [0xF1, 0x02], bytes: [0xF1, 0x02]),
    Typed(type: 23, dimensions: [2], field: 5, entries: [0x72], bytes: [0x72]),
    Typed(type: 24, dimensions: [1], field: 5, entries: [127], bytes: [127]),
    Typed(type: 25, dimensions: [4], field: 5, entries: [0xE4], bytes: [0xE4]),
    Typed(type: 26, dimensions: [5], field: 5, entries: [0xE4, 0x01], bytes: [0xE4, 0x01]),
    // One element an entry, packed four into three bytes: 1 | 2 << 6 | 3 << 12 | 63 << 18.
    Typed(type: 27, dimensions: [4], field: 5, entries: [1, 2, 3, 63], bytes: [0x81, 0x30, 0xFC]),
    Typed(type: 28, dimensions: [5], field: 5, entries: [63, 0, 0, 0, 1], bytes: [0x3F, 0, 0, 1]),
  ])
  func integersInTypedFields(_ data: Typed) throws {
    for isPacked in [true, false] {
      let (tensor, findings) = try tensor(data.type, data.dimensions) { encoder in
        if isPacked {
          encoder.packed(data.field, integers: data.entries)
        } else {
          for entry in data.entries { encoder.integer(data.field, entry) }
        }
      }
      #expect(tensor.withBytes { Array($0) } == data.bytes)
      #expect(tensor.element.rawValue == UInt8(data.type) && findings.isEmpty)
    }
  }

  @Test func floatingPointInTypedFields() throws {
    let single = try tensor(1, [2]) { $0.packed(4, floats: [1, -2]) }.tensor
    #expect(single.withBytes { Array($0) } == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    guard case .mapped = single.storage else {
      Issue.record("packed floats are the tensor's bytes and need no copy")
      return
    }
    let double = try tensor(11, [1]) { $0.double(10, 1) }.tensor
    #expect(double.withBytes { Array($0) } == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    let complex = try tensor(14, [1]) { $0.packed(4, floats: [1, -2]) }.tensor
    #expect(complex.withBytes { Array($0) } == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    let wide = try tensor(15, [1]) { $0.packed(10, doubles: [1, 0]) }.tensor
    #expect(wide.withBytes { $0.count } == 16)
  }

  @Test(arguments: [
    (1, 3, 12), (2, 3, 3), (4, 3, 6), (7, 3, 24), (9, 3, 3), (10, 3, 6), (14, 3, 24), (15, 3, 48), (17, 3, 3),
    (21, 3, 2), (22, 4, 2), (23, 5, 3), (25, 5, 2), (26, 8, 2), (27, 4, 3), (28, 5, 4),
  ])
  func rawDataHasExactlyTheBytesOfItsShape(type: Int, count: Int, bytes: Int) throws {
    let raw = (0..<bytes).map { UInt8($0 + 1) }
    let exact = try tensor(type, [count]) { $0.bytes(9, raw) }
    #expect(exact.tensor.withBytes { Array($0) } == raw && exact.findings.isEmpty)
    let short = FormatError.Problem.tensorLength(expected: bytes, found: bytes - 1)
    #expect(try failure(type, [count]) { $0.bytes(9, Array(raw.dropLast())) } == short)
    let long = try tensor(type, [count]) { $0.bytes(9, raw + [9]) }
    #expect(long.tensor.withBytes { Array($0) } == raw)
    #expect(long.findings == [Finding(.excessData(tensor: "w", expected: bytes, found: bytes + 1))])
  }

  @Test func strings() throws {
    let stored = try tensor(8, [3]) { for word in ["", "a", "\u{E9}"] { $0.string(6, word) } }.tensor
    guard case .strings(let list) = stored.storage else {
      Issue.record("not strings")
      return
    }
    #expect(list == [[], [0x61], [0xC3, 0xA9]])
    #expect(try failure(8, [1]) { $0.bytes(9, [1]) } == .tensorField)
    #expect(try failure(8, [2]) { $0.string(6, "one") } == .tensorLength(expected: 2, found: 1))
  }

  @Test func rawDataComesBeforeTyped() throws {
    let both = try tensor(1, [1]) {
      $0.packed(4, floats: [5])
      $0.bytes(9, [0, 0, 0x80, 0x3F])
    }.tensor
    #expect(both.withBytes { Array($0) } == [0, 0, 0x80, 0x3F])
  }

  @Test func scalarsAndEmptyTensors() throws {
    let scalar = try tensor(1, []) { $0.packed(4, floats: [1]) }.tensor
    #expect(scalar.elementCount == 1 && scalar.dimensions.isEmpty)
    let empty = try tensor(1, [3, 0]) { _ in }.tensor
    #expect(empty.withBytes { $0.count } == 0)
  }

  @Test func dataThatIsNotThereIsMissing() throws {
    #expect(try tensor(1, [3]) { _ in }.tensor.isMissing)
  }

  @Test func refusals() throws {
    #expect(try failure(0, [1]) { $0.bytes(9, [0]) } == .elementType(0))
    #expect(try failure(29, [1]) { $0.bytes(9, [0]) } == .elementType(29))
    #expect(try failure(-1, [1]) { $0.bytes(9, [0]) } == .elementType(-1))
    #expect(try failure(1, [-1]) { $0.bytes(9, []) } == .negativeExtent(-1))
    #expect(try failure(1, [2]) { $0.packed(4, floats: [1]) } == .tensorLength(expected: 2, found: 1))
    #expect(try failure(1, [1]) { $0.packed(5, integers: [1]) } == .tensorField)
    #expect(
      try failure(1, [1]) {
        $0.packed(4, floats: [1])
        $0.packed(5, integers: [1])
      } == .tensorField)
    #expect(try failure(1, [1]) { $0.bytes(4, [0, 0, 0]) } == .truncated)
    #expect(try failure(6, [1]) { $0.bytes(5, [0x80]) } == .truncated)
    #expect(try failure(6, [1]) { $0.bytes(5, [UInt8](repeating: 0xFF, count: 11)) } == .malformedNumber)
    #expect(try failure(1, [1]) { $0.message(3) { $0.integer(1, 0) } } == .segmentedTensor)
  }

  /// Products of extents beyond 64 bits, and those that only their bytes are beyond.
  @Test(arguments: [
    [1 << 32, 1 << 32], [Int.max, 2], [1 << 41], [3, Int.max, 3], [1 << 20, 1 << 20, 2],
  ])
  func sizesThatOverflow(dimensions: [Int]) throws {
    #expect(try failure(15, dimensions) { $0.bytes(9, [0]) } == .tooMany(.elements, limit: 1 << 40))
  }

  @Test func axesHaveALimit() throws {
    let dimensions = [Int](repeating: 1, count: 65)
    #expect(try failure(1, dimensions) { $0.packed(4, floats: [1]) } == .tooMany(.rank, limit: 64))
  }

  /// A shape that asks for a terabyte and a file of a few bytes: refused without asking for memory.
  @Test func shapesDoNotAllocate() throws {
    let found = FormatError.Problem.tensorLength(expected: 1 << 40, found: 1)
    #expect(try failure(6, [1 << 40]) { $0.packed(5, integers: [1]) } == found)
  }
}
