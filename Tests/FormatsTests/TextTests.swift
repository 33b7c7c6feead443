import Formats
import Network
import TestSupport
import Testing

/// The text form. Grammar and meaning are those of `onnx.parser`.
@Suite struct TextTests {
  private func graph(_ body: String) throws -> Graph {
    try read(text: "<ir_version: 8, opset_import: [\"\": 17]>\ng (float[2] x) => (y) " + body).graph
  }

  private func failure(_ text: String) throws -> FormatError? {
    do {
      _ = try read(text: text)
      return nil
    } catch let error as FormatError {
      return error
    }
  }

  @Test func emptyPlacesAreOperands() throws {
    let nodes = try graph(
      "{ a = F () b = F (x,) c = F (,x) d = F (\"\") e = F (,) f, , h = F (x,,x) y = F (a,b,c,d,e) }"
    ).nodes
    #expect(nodes.map(\.inputs.count) == [0, 1, 2, 1, 1, 3, 5])
    #expect(nodes[5].outputs.map { $0 == nil } == [false, true, false])
  }

  @Test func typesAreAsDeclared() throws {
    let network = try read(
      text: """
        <ir_version: 8, opset_import: ["": 17]>
        g (float a, float[] b, int64[N, ?, 3, "a b"] c, seq(optional(bool)) d, map(string, double[2]) e,
           sparse_tensor(float16[4]) f, opaque(some.domain, name) h, untyped) => () {}
        """)
    let expected: [DeclaredType?] = [
      .tensor(.float32, []), .tensor(.float32, nil),
      .tensor(.int64, [.symbol("N"), .unknown, .fixed(3), .symbol("a b")]),
      .sequence(.optional(.tensor(.bool, []))), .map(key: .string, value: .tensor(.float64, [.fixed(2)])),
      .sparseTensor(.float16, [.fixed(4)]), .opaque(domain: "some.domain", name: "name"), nil,
    ]
    #expect(network.graph.inputs.map { network.graph[$0].declared } == expected)
  }

  @Test func inputsMayHaveDefaults() throws {
    let graph = try read(
      text:
        "<ir_version: 8, opset_import: [\"\": 17]> g (float x, float[2] w = {1, 2}) => (y) { y = Mul (x, w) }"
    ).graph
    #expect(graph.inputs.map { graph[$0].name } == ["x"])
    #expect(
      graph.values.compactMap(\.initializer).first?.withBytes { Array($0) } == [0, 0, 128, 63, 0, 0, 0, 64])
  }

  @Test func attributesStandBeforeOrAfter() throws {
    let nodes = try graph("{ a = F <k = 1> (x) y = F (a) <k = 1> }").nodes
    #expect(nodes.map(\.attributes.count) == [1, 1])
  }

  @Test func operatorsHaveDomainsAndOverloads() throws {
    let node = try graph("{ [\"a label\"] y = com.some.Op:other (x) }").nodes[0]
    #expect(
      node.name == "a label" && node.domain == "com.some" && node.operatorName == "Op"
        && node.overload == "other")
  }

  @Test func integersStandForFloatsWhereSaid() throws {
    let attributes = try graph(
      "{ y = F <a: float = 1, b: floats = [1, 2.5], c = 1., d = 1e2, e = -inf> (x) }"
    ).nodes[0].attributes
    guard case .float(1) = attributes[0].value, case .floats([1, 2.5]) = attributes[1].value,
      case .float(1) = attributes[2].value, case .float(100) = attributes[3].value,
      case .float(-.infinity) = attributes[4].value
    else {
      Issue.record("\(attributes)")
      return
    }
  }

  @Test func commentsStandAnywhere() throws {
    #expect(try graph("{ # one\n y # two \"\n = # three\n F (x #\n) }").nodes.count == 1)
  }

  @Test(arguments: [
    ("g () => () {}", 1, 1, FormatError.Problem.missingField("ir_version")),
    ("<ir_version: 8> g () => () {}", 1, 1, .missingField("opset_import")),
    ("<ir_version: x>", 1, 14, .syntax(expected: "a value", found: "'x'")),
    ("<ir_version: 8, what: 1>", 1, 17, .syntax(expected: "a key of the header", found: "'what'")),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng (float x) = > () {}", 2, 13,
      .syntax(expected: "'=>'", found: "'='")
    ),
    ("<ir_version: 8, opset_import: [\"\": 17]>\ng (x)\n => (q) {}", 3, 6, .undefinedName("q")),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () {\n  a = F (b\n}", 4, 1,
      .syntax(expected: "')'", found: "'}'")
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () {\n  a = F <k = []> () }", 3, 14,
      .syntax(expected: "a kind before an empty list", found: "'['")
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () {\n  a = F <k = 9223372036854775808> () }", 3,
      14, .syntax(expected: "an integer of 64 bits", found: "'9'")
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () <float[2] w = {1}> {}", 2, 13,
      .tensorLength(expected: 2, found: 1)
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () <int8[1] w = {256}> {}", 2, 26,
      .syntax(expected: "a value of type int8", found: "'2'")
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () <float[N] w = {1}> {}", 2, 13,
      .syntax(expected: "dimensions in numbers", found: "'float'")
    ),
    (
      "<ir_version: 8, opset_import: [\"\": 17]>\ng () => () {} \"open", 2, 15,
      .syntax(expected: "the end of the string that begins here", found: "the end")
    ),
  ])
  func errorsHaveLineAndColumn(text: String, line: Int, column: Int, problem: FormatError.Problem) throws {
    let error = try #require(try failure(text))
    #expect(error.problem == problem)
    #expect(error.position == FormatError.TextPosition(line: line, column: column))
  }

  @Test func depthHasALimit() throws {
    let type = String(repeating: "seq(", count: 1000) + "float" + String(repeating: ")", count: 1000)
    let error = try failure("<ir_version: 8, opset_import: [\"\": 17]> g (\(type) x) => () {}")
    #expect(error?.problem == .tooMany(.depth, limit: 100))
  }

  @Test func whatTextCannotHoldBecomesAComment() throws {
    let network = try read(
      .model { graph in
        graph.node("A", [], ["a"], name: "n") { node in
          node.attribute("types", type: 14) { $0.message(15) { $0.message(1) { $0.integer(1, 1) } } }
          node.attribute("bytes", type: 3) { $0.bytes(4, [0, 0xFF]) }
          node.attribute("kept", type: 2) { $0.integer(3, 1) }
        }
      })
    let text = ONNXTextPrinter.text(of: network)
    #expect(text.contains("# left out of the next node: its attribute \"types\""))
    #expect(text.contains("# left out of the next node: its attribute \"bytes\""))
    #expect(try read(text: text).graph.nodes[0].attributes.map(\.name) == ["kept"])
  }

  /// Data in a file beside the network is named, data in the network's own file is left out when there is much of it.
  @Test func weightsAreNamedOrLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: 0, count: 2000), to: "w.bin")
    let model = ProtobufEncoder.model { graph in
      graph.initializer("beside", 1, [300]) { $0.external([("location", "w.bin"), ("offset", "8")]) }
      graph.initializer("inside", 2, [300]) { $0.bytes(9, [UInt8](repeating: 1, count: 300)) }
      graph.initializer("small", 2, [3]) { $0.bytes(9, [1, 2, 3]) }
    }
    let text = ONNXTextPrinter.text(of: try NetworkReader.read(path: folder.write(model.bytes, to: "m.onnx")))
    #expect(
      text.contains("float[300] beside = [\"location\": \"w.bin\", \"offset\": \"8\", \"length\": \"1200\"]"))
    #expect(text.contains("uint8[300] inside = {}") && text.contains("uint8[3] small = {1, 2, 3}"))
  }
}
