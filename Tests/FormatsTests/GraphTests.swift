import Formats
import Network
import TestSupport
import Testing

/// What the reader makes of nodes and names, and what it refuses. The refusals follow the onnx package's checker.
@Suite struct GraphTests {
  @Test func nodesAreSorted() throws {
    let graph = try read(
      .model { graph in
        graph.input("x")
        graph.output("y")
        graph.node("C", ["b"], ["y"])
        graph.node("B", ["a"], ["b"])
        graph.node("A", ["x"], ["a"])
      }
    ).graph
    #expect(graph.nodes.map(\.operatorName) == ["A", "B", "C"] && graph.isConsistent)
  }

  /// A value that only a subgraph reads still comes before the node that has the subgraph.
  @Test func whatSubgraphsReadIsSortedToo() throws {
    let graph = try read(
      .model { graph in
        graph.input("x")
        graph.output("y")
        graph.node("If", ["x"], ["y"]) {
          $0.attribute("then_branch", type: 5) {
            $0.message(6) {
              $0.output("t")
              $0.node("Neg", ["a"], ["t"])
            }
          }
        }
        graph.node("Relu", ["x"], ["a"])
      }
    ).graph
    #expect(graph.nodes.map(\.operatorName) == ["Relu", "If"] && graph.isConsistent)
    guard case .graph(let inner)? = graph.nodes[1].attributes.first?.value,
      let taken = inner.nodes[0].inputs[0],
      case .captured = inner[taken].origin
    else {
      Issue.record("the subgraph's input is not captured")
      return
    }
    #expect(inner[taken].name == "a")
  }

  /// A value taken through two levels is a captured value of both.
  @Test func capturesPassThroughEveryLevel() throws {
    let graph = try read(
      text: """
        <ir_version: 8, opset_import: ["": 17]>
        g (float x, bool c) => (float y) {
          y = If <then_branch = a () => (p) { p = If <then_branch = b () => (q) { q = Neg (x) }> (c) }> (c)
        }
        """
    ).graph
    guard case .graph(let middle)? = graph.nodes[0].attributes.first?.value,
      case .graph(let inner)? = middle.nodes[0].attributes.first?.value
    else {
      Issue.record("no subgraphs")
      return
    }
    for graph in [middle, inner] {
      #expect(
        graph.values.contains {
          if case .captured = $0.origin { $0.name == "x" } else { false }
        })
    }
  }

  @Test func initializersListedAsInputsAreNone() throws {
    let graph = try read(
      .model { graph in
        graph.input("x", [1])
        graph.input("w", [1])
        graph.output("y")
        graph.initializer("w", 1, [1]) { $0.packed(4, floats: [1]) }
        graph.node("Add", ["x", "w"], ["y"])
      }
    ).graph
    #expect(graph.inputs.map { graph[$0].name } == ["x"])
    #expect(graph.values.count { $0.initializer != nil } == 1)
  }

  @Test func extentsThatAreNotPositiveAreUnknown() throws {
    let graph = try read(
      .model { graph in
        graph.input("x", [0, -1, 3])
        graph.output("y", [0, -1, 3])
        graph.node("Relu", ["x"], ["y"])
      }
    ).graph
    #expect(graph[graph.inputs[0]].declared == .tensor(.float32, [.unknown, .unknown, .fixed(3)]))
    #expect(graph[graph.outputs[0]].declared == .tensor(.float32, [.fixed(0), .unknown, .fixed(3)]))
  }

  @Test func inputsAndOutputsMayBeLeftOut() throws {
    let node = try read(
      .model { graph in
        graph.input("x")
        graph.output("y")
        graph.node("LSTM", ["x", "", "x"], ["", "y"])
      }
    ).graph.nodes[0]
    #expect(node.inputs.map { $0 == nil } == [false, true, false])
    #expect(node.outputs.map { $0 == nil } == [true, false])
  }

  /// A branch may give its output the name that the node around it gives its own.
  @Test func aBranchMayUseTheNameOfALaterOutput() throws {
    let model = ProtobufEncoder.model { graph in
      graph.input("x")
      graph.output("y")
      graph.node("If", ["x"], ["y"]) {
        $0.attribute("then_branch", type: 5) {
          $0.message(6) {
            $0.output("y")
            $0.node("Neg", ["x"], ["y"])
          }
        }
      }
    }
    #expect(try read(model).graph.isConsistent)
  }

  @Test func sparseInitializersBecomeConstants() throws {
    let graph = try read(.model { Self.sparse(&$0, indices: [1, 4]) }).graph
    guard case .sparseTensor(let sparse)? = graph.nodes[0].attributes.first?.value else {
      Issue.record("no sparse tensor")
      return
    }
    #expect(graph.nodes[0].operatorName == "Constant" && sparse.dimensions == [2, 3])
  }

  @Test(arguments: [
    ([4, 1], FormatError.SparseProblem.indexOrder), ([1, 1], .indexOrder), ([1, 6], .indexRange),
    ([-1, 2], .indexRange), ([0, 1, 2], .indexShape),
  ])
  func sparseRefusals(indices: [Int], expected: FormatError.SparseProblem) throws {
    #expect(try problem(.model { Self.sparse(&$0, indices: indices) }) == .sparseTensor(expected))
  }

  private static func sparse(_ graph: inout ProtobufEncoder, indices: [Int]) {
    graph.output("s")
    graph.message(15) { sparse in
      sparse.message(1) {
        $0.tensorHead("s", 1, [2])
        $0.packed(4, floats: [1, 2])
      }
      sparse.message(2) {
        $0.tensorHead("", 7, [indices.count])
        $0.packed(7, integers: indices)
      }
      sparse.packed(3, integers: [2, 3])
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var problem: FormatError.Problem
    var graph: @Sendable (inout ProtobufEncoder) -> Void
    init(
      _ name: String, _ problem: FormatError.Problem,
      _ graph: @escaping @Sendable (inout ProtobufEncoder) -> Void
    ) {
      (self.name, self.problem, self.graph) = (name, problem, graph)
    }
    var testDescription: String { name }
  }

  @Test(arguments: [
    Refusal("a node that reads itself", .cycle) { $0.node("A", ["a"], ["a"]) },
    Refusal("two nodes that read each other", .cycle) {
      $0.node("A", ["b"], ["a"])
      $0.node("B", ["a"], ["b"])
    },
    Refusal("two outputs of one name", .duplicateName("a")) {
      $0.node("A", [], ["a"])
      $0.node("B", [], ["a"])
    },
    Refusal("an output named as an input", .duplicateName("x")) {
      $0.input("x")
      $0.node("A", [], ["x"])
    },
    Refusal("two inputs of one name", .duplicateName("x")) {
      $0.input("x")
      $0.input("x")
    },
    Refusal("an input that nothing defines", .undefinedName("q")) { $0.node("A", ["q"], ["a"]) },
    Refusal("an output that nothing defines", .undefinedName("q")) { $0.output("q") },
    Refusal("an input without a name", .emptyName) { $0.input("") },
    Refusal("a node without an operator", .emptyOperator) { $0.node("", ["x"], ["a"]) },
    Refusal("a node without inputs and outputs", .emptyNode) { $0.node("A", [], []) },
    Refusal("a subgraph that names a value again", .duplicateName("x")) { graph in
      graph.input("x")
      graph.node("If", ["x"], ["y"]) {
        $0.attribute("then_branch", type: 5) { $0.message(6) { $0.node("A", [], ["x"]) } }
      }
    },
    Refusal("a value of a subgraph read outside it", .undefinedName("t")) { graph in
      graph.node("If", [], ["y"]) {
        $0.attribute("then_branch", type: 5) { $0.message(6) { $0.node("A", [], ["t"]) } }
      }
      graph.node("B", ["t"], ["z"])
    },
    Refusal("a type that is not the value's", .attributeValue) {
      $0.node("A", [], ["a"]) { $0.attribute("k", type: 2) { $0.float(2, 1) } }
    },
    Refusal("two values", .attributeValue) {
      $0.node("A", [], ["a"]) {
        $0.attribute("k", type: 2) {
          $0.integer(3, 1)
          $0.float(2, 1)
        }
      }
    },
    Refusal("neither type nor value", .attributeValue) {
      $0.node("A", [], ["a"]) { $0.attribute("k", type: nil) { _ in } }
    },
    Refusal("a type that does not exist", .attributeType(15)) {
      $0.node("A", [], ["a"]) { $0.attribute("k", type: 15) { $0.integer(3, 1) } }
    },
    Refusal("an attribute without a name", .emptyName) {
      $0.node("A", [], ["a"]) { $0.attribute("", type: 2) { $0.integer(3, 1) } }
    },
    Refusal("a reference outside a function", .attributeReference("other")) {
      $0.node("A", [], ["a"]) { $0.attribute("k", type: 2) { $0.string(21, "other") } }
    },
  ])
  func refusals(_ refusal: Refusal) throws {
    #expect(try problem(.model { refusal.graph(&$0) }) == refusal.problem)
  }

  /// Old files have attributes without a type, newer ones leave out a value that is 0.
  @Test func attributesWithoutTypeOrValue() throws {
    let attributes = try read(
      .model { graph in
        graph.node("A", [], ["a"]) { node in
          node.attribute("untyped", type: nil) { $0.integer(3, 7) }
          node.attribute("zero", type: 2) { _ in }
        }
      }
    ).graph.nodes[0].attributes
    guard case .integer(7) = attributes[0].value, case .integer(0) = attributes[1].value else {
      Issue.record("not 7 and 0")
      return
    }
  }

  @Test func whatAModelMustHave() throws {
    #expect(try problem(ProtobufEncoder { $0.integer(1, 8) }) == .missingField("graph"))
    #expect(try problem(ProtobufEncoder { $0.message(7) { _ in } }) == .missingField("ir_version"))
    let unversioned = ProtobufEncoder {
      $0.integer(1, 8)
      $0.message(7) { _ in }
    }
    #expect(try problem(unversioned) == .missingField("opset_import"))
    var twice = ProtobufEncoder.model { _ in }
    twice.operatorSet("ai.onnx", 18)
    #expect(try problem(twice) == .conflictingOperatorSets(domain: ""))
    var same = ProtobufEncoder.model { _ in }
    same.operatorSet("ai.onnx", 17)
    #expect(try read(same).operatorSets == ["": 17])
    var negative = ProtobufEncoder.model { _ in }
    negative.operatorSet("d", -1)
    #expect(try problem(negative) == .operatorSetVersion(domain: "d", version: -1))
  }

  @Test func errorsSayWhere() throws {
    let folder = try TemporaryFolder()
    let model = ProtobufEncoder.model { graph in
      graph.node("A", [], ["a"])
      graph.node("B", ["nowhere"], ["b"], name: "second")
    }
    let path = try folder.write(model.bytes, to: "m.onnx")
    do {
      _ = try NetworkReader.read(path: path)
      Issue.record("it was read")
    } catch {
      // 2 bytes of version, 6 of operator set, 2 before the graph's content, 8 of the first node.
      #expect(error.problem == .undefinedName("nowhere") && error.file == path && error.node == "second")
      #expect(error.field == "graph.node[1]" && error.offset == 18)
    }
  }
}
