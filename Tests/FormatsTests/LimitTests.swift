import Formats
import Network
import TestSupport
import Testing

/// Every limit on reading: a file one beyond it is refused by name, and read where the limit is raised by one.
@Suite struct LimitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var limited: FormatError.Limited
    var limit: any WritableKeyPath<Limits, Int> & Sendable
    /// What the file asks for.
    var needed: Int
    var model: @Sendable () -> ProtobufEncoder
    var testDescription: String { limited.rawValue }
  }

  /// A chain of functions that each call the next twice, so that one call is 2^count nodes.
  private static func doubling(_ count: Int) -> ProtobufEncoder {
    let functions = (0..<count).map { level in
      ProtobufEncoder { function in
        function.string(10, "local")
        function.string(1, "F\(level)")
        function.string(4, "a")
        function.string(5, "c")
        function.operatorSet("", 17, field: 9)
        function.operatorSet("local", 1, field: 9)
        let (callee, domain) = level == count - 1 ? ("Relu", "") : ("F\(level + 1)", "local")
        function.node(callee, ["a"], ["b"], domain: domain, field: 7)
        function.node(callee, ["b"], ["c"], domain: domain, field: 7)
      }
    }
    var model = ProtobufEncoder.model(functions: functions) { graph in
      graph.input("x", [1])
      graph.output("y", [1])
      graph.node("F0", ["x"], ["y"], domain: "local")
    }
    model.operatorSet("local", 1)
    return model
  }

  static let cases = [
    Case(limited: .nodes, limit: \.nodes, needed: 12) {
      .model { graph in for index in 0..<12 { graph.node("Constant", [], ["v\(index)"]) } }
    },
    // Groups inside one another, none of which any field of the format is.
    Case(limited: .depth, limit: \.depth, needed: 20) {
      var model = ProtobufEncoder.model { _ in }
      for _ in 0..<20 { model.tag(50, 3) }
      for _ in 0..<20 { model.tag(50, 4) }
      return model
    },
    Case(limited: .expandedNodes, limit: \.expandedNodes, needed: 1024) { doubling(10) },
    Case(limited: .rank, limit: \.rank, needed: 9) {
      .model { $0.initializer("w", 1, [Int](repeating: 1, count: 9)) { $0.packed(4, floats: [1]) } }
    },
    Case(limited: .elements, limit: \.elements, needed: 6) {
      .model { $0.initializer("w", 3, [2, 3]) { $0.bytes(9, [1, 2, 3, 4, 5, 6]) } }
    },
    Case(limited: .nameBytes, limit: \.nameBytes, needed: 30) {
      .model { $0.node("Constant", [], [String(repeating: "n", count: 30)]) }
    },
  ]

  @Test(arguments: cases)
  func isHeldAndCanBeRaised(_ item: Case) throws {
    var limits = Limits()
    limits[keyPath: item.limit] = item.needed - 1
    #expect(try problem(item.model(), limits: limits) == .tooMany(item.limited, limit: item.needed - 1))
    limits[keyPath: item.limit] = item.needed
    #expect(try problem(item.model(), limits: limits) == nil)
  }

  /// The message names the option that raises the limit.
  @Test(arguments: cases)
  func theErrorNamesTheOption(_ item: Case) {
    let message = FormatError(.tooMany(item.limited, limit: 1), file: "m.onnx").message
    #expect(message.hasSuffix("raise the limit with --limit \(item.limited.rawValue)=N"))
  }
}
