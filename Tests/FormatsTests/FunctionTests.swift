import Formats
import Network
import TestSupport
import Testing

/// Functions that a file defines.
@Suite struct FunctionTests {
  private func function(_ name: String, calling callees: [String]) -> ProtobufEncoder {
    ProtobufEncoder { function in
      function.string(10, "local")
      function.string(1, name)
      function.string(4, "v0")
      function.string(5, "v\(callees.count)")
      for (index, callee) in callees.enumerated() {
        function.node(
          callee, ["v\(index)"], ["v\(index + 1)"], domain: callee == "Relu" ? "" : "local", field: 7)
      }
    }
  }

  private func model(_ functions: [ProtobufEncoder], calling name: String) -> ProtobufEncoder {
    .model(functions: functions) { graph in
      graph.input("x")
      graph.output("y")
      graph.node(name, ["x"], ["y"], domain: "local")
    }
  }

  @Test func isRead() throws {
    let network = try read(model([function("F", calling: ["Relu", "Relu"])], calling: "F"))
    #expect(network.functions.count == 1 && network.functions[0].body.nodes.count == 2)
    #expect(network.functions[0].domain == "local" && network.functions[0].operatorSets[""] == 17)
    #expect(network.functions[0].body.isConsistent)
  }

  @Test func functionsMustNotCallThemselves() throws {
    #expect(try problem(model([function("F", calling: ["F"])], calling: "F")) == .recursiveFunction("F"))
    let two = [function("F", calling: ["G"]), function("G", calling: ["F"])]
    #expect(try problem(model(two, calling: "F")) == .recursiveFunction("F"))
  }

  /// Forty functions, each calling the next twice: a file of 3 kB, and 2^40 nodes.
  @Test func expansionHasALimit() throws {
    let functions = (0..<40).map { level in
      function("F\(level)", calling: level == 39 ? ["Relu"] : ["F\(level + 1)", "F\(level + 1)"])
    }
    #expect(try problem(model(functions, calling: "F0")) == .tooMany(.expandedNodes, limit: 50_000))
  }

  /// The file's own nodes are what its size paid for.
  @Test func onlyExpansionCountsTowardsItsLimit() throws {
    let own = Limits().expandedNodes + 1
    let network = ProtobufEncoder.model(functions: [function("F", calling: ["Relu", "Relu"])]) { graph in
      graph.input("x0")
      graph.output("y")
      for index in 0..<own { graph.node("Relu", ["x\(index)"], ["x\(index + 1)"]) }
      graph.node("F", ["x\(own)"], ["y"], domain: "local")
    }
    #expect(try read(network).graph.nodes.count == own + 1)
  }

  /// A long chain of calls, each made once, is no problem and needs no stack.
  @Test func longChainsOfCallsAreRead() throws {
    let functions = (0..<20_000).map { level in
      function("F\(level)", calling: level == 19_999 ? ["Relu"] : ["F\(level + 1)"])
    }
    #expect(try read(model(functions, calling: "F0")).functions.count == 20_000)
  }

  @Test func oneIdentityIsDefinedOnce() throws {
    let twice = [function("F", calling: ["Relu"]), function("F", calling: ["Relu"])]
    #expect(try problem(model(twice, calling: "F")) == .duplicateFunction("F"))
  }

  /// Values of the graph are not seen in a function's body.
  @Test func bodiesCaptureNothing() throws {
    let body = ProtobufEncoder { function in
      function.string(10, "local")
      function.string(1, "F")
      function.string(5, "r")
      function.node("Relu", ["x"], ["r"], field: 7)
    }
    #expect(try problem(model([body], calling: "F")) == .undefinedName("x"))
  }
}
