import Analysis
import Network
import Operators
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ShapeInferenceTests {
  private func shape(_ analysis: StaticAnalysis) -> [Int]? {
    analysis.network.outputs.first?.type.tensor?.shape?.known
  }

  static let flatten = """
    flatten (float[N,S,8] x) => (float[a,b] y) <int64[1] minus = {-1}, int64[1] zero = {0}> {
      s = Shape (x)
      n = Gather <axis = 0> (s, zero)
      t = Concat <axis = 0> (n, minus)
      y = Reshape (x, t)
    }
    """

  @Test func symbolsAreBound() throws {
    let options = AnalysisOptions(dimensions: ["S": 5], batch: 3)
    let analysis = try Analyses.text(Self.flatten, options)
    #expect(shape(analysis) == [3, 40])
    #expect(
      Set(analysis.bindings) == [
        SymbolBinding(symbol: "N", value: 3, isDefault: false),
        SymbolBinding(symbol: "S", value: 5, isDefault: false),
      ])
    #expect(analysis.findings.isEmpty)
    #expect(
      shape(try Analyses.text(Self.flatten, AnalysisOptions(inputShapes: ["x": [2, 7, 8]]))) == [2, 56])
  }

  @Test func unboundSymbolsAreOneAndNamed() throws {
    let analysis = try Analyses.text(Self.flatten)
    #expect(shape(analysis) == [1, 8])
    #expect(analysis.findings == [Finding(.symbolDefaulted(symbol: "S", value: 1))])
    #expect(analysis.bindings.allSatisfy { $0.isDefault })
  }

  @Test(arguments: [
    (AnalysisOptions(dimensions: ["Q": 2]), AnalysisError.unknownSymbol("Q", known: ["N", "S"])),
    (AnalysisOptions(inputShapes: ["z": [1]]), .unknownInput("z", known: ["x"])),
    (AnalysisOptions(inputShapes: ["x": [1, 8]]), .inputRank(input: "x", declared: 3, given: 2)),
    (
      AnalysisOptions(inputShapes: ["x": [1, 2, 9]]),
      .fixedExtent(input: "x", axis: 2, declared: 8, given: 9)
    ),
    (
      AnalysisOptions(dimensions: ["N": 4], inputShapes: ["x": [1, 2, 8]]),
      .conflictingExtents(symbol: "N", 4, 1)
    ),
    (AnalysisOptions(batch: -1), .negativeExtent("N", -1)),
  ])
  func badOptions(options: AnalysisOptions, error: AnalysisError) throws {
    let network = try Analyses.network(Self.flatten)
    #expect(throws: error) { try Analyzer.analyze(network, options) }
    #expect(!error.message.isEmpty)
  }

  @Test func nodeThatDoesNotFitIsNamed() throws {
    let network = try Analyses.network(
      """
      bad (float[1,3] x) => (float[1,2] y) <float[4,2] w = {}> {
        [product] y = MatMul (x, w)
      }
      """)
    let error = #expect(throws: AnalysisError.self) { try Analyzer.analyze(network) }
    guard case .node(let node, .shape) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(node.name == "product")
    #expect(node.operator == "MatMul")
    #expect(error?.message.hasPrefix("node 'product' (MatMul") == true)
  }

  @Test func unknownOperatorIsNamedAndNotCountedAsZero() throws {
    let analysis = try Analyses.text(
      """
      strange (float[1,4] x) => (float[1,4] y) <float[1,4] z> {
        z = NoSuchOperator (x)
        y = Relu (z)
      }
      """)
    #expect(analysis.findings.contains(Finding(.unknownOperator(name: "NoSuchOperator", count: 1))))
    #expect(analysis.totals.completeness.uncounted == [.init(operator: "NoSuchOperator", count: 1)])
    #expect(analysis.layers.first?.macs == nil)
    #expect(analysis.layers.first?.activations?.elements == 4)
  }

  @Test func declarationThatDiffersIsTold() throws {
    let analysis = try Analyses.text("declared (float[2,3] x) => (float[3,3] y) { y = Relu (x) }")
    #expect(
      analysis.findings == [
        Finding(.declarationDiffers(value: "y", declared: "float[3, 3]", inferred: "float[2, 3]"))
      ])
  }

  @Test func functionsAreInlined() throws {
    let network = try Analyses.network(
      """
      calls (float[1,4] x) => (float[1,4] y) <float[4,4] w = {}> {
        a = local.twice (x, w)
        y = local.twice (a, w)
      }
      <domain: "local", opset_import: ["" : 18]>
      twice (x, w) => (y) {
        p = MatMul (x, w)
        r = Relu (p)
        y = MatMul (r, w)
      }
      """, header: #"<ir_version: 8, opset_import: ["" : 18, "local" : 1]>"#)
    let analysis = try Analyzer.analyze(network)
    #expect(analysis.totals.macs == 64)
    #expect(analysis.totals.parameters.learnable == 16)
    #expect(
      analysis.layers.map(\.operators) == [["MatMul", "Relu"], ["MatMul"], ["MatMul", "Relu"], ["MatMul"]])
  }

  @Test func functionsThatCallEachOtherAreRefused() throws {
    let network = calling([("a", ["b"]), ("b", ["a"])])
    #expect(throws: AnalysisError.functionCycle("a")) { try Analyzer.analyze(network) }
  }

  /// 20 functions that each call the next twice are 2^20 nodes.
  @Test func functionsThatExplodeAreRefused() throws {
    let network = calling((0..<20).map { ("f\($0)", ["f\($0 + 1)", "f\($0 + 1)"]) } + [("f20", ["g"])])
    let error = #expect(throws: AnalysisError.self) { try Analyzer.analyze(network) }
    let limits = [AnalysisError.tooManyNodes(limit: 50_000), .namesTooLong(limit: 64 << 20)]
    #expect(limits.contains { $0 == error })
  }

  /// A name is prefixed once for each call around it, so that depth does not multiply its length.
  @Test func namesOfNestedCallsGrowByOnePartEach() throws {
    let network = calling((0..<20).map { ("f\($0)", ["f\($0 + 1)"]) } + [("f20", ["g"])])
    let inferred = try ShapeInference.infer(network)
    #expect(inferred.graph.nodes.map(\.operatorName) == ["g"])
    #expect(inferred.graph.values.allSatisfy { $0.name.split(separator: "/").count <= 22 })
  }

  /// A network that calls the first of some functions, each a chain of calls of others; readers refuse what is wrong here.
  private func calling(_ functions: [(name: String, calls: [String])]) -> Network {
    func chain(_ calls: [String]) -> Graph {
      var graph = Graph(values: [Value(name: "v0", origin: .input)], inputs: [ValueID(0)])
      for (index, name) in calls.enumerated() {
        graph.values.append(Value(name: "v\(index + 1)", origin: .node(NodeID(index), output: 0)))
        graph.nodes.append(
          Node(domain: "local", operatorName: name, inputs: [ValueID(index)], outputs: [ValueID(index + 1)]))
      }
      graph.outputs = [ValueID(calls.count)]
      return graph
    }
    return Network(
      path: "", format: "", fileBytes: 0, operatorSets: ["": 18, "local": 1],
      graph: chain([functions[0].name]),
      functions: functions.map {
        Function(domain: "local", name: $0.name, operatorSets: ["": 18, "local": 1], body: chain($0.calls))
      })
  }

  /// Ten times the nodes take about ten times as long, in processor time, which other work on the machine does not stretch.
  @Test func timeGrowsLinearly() throws {
    func seconds(_ count: Int) throws -> Double {
      let network = chain(count)
      var best = Double.infinity
      for _ in 0..<3 {
        let start = threadSeconds()
        _ = try Analyzer.analyze(network)
        best = min(best, threadSeconds() - start)
      }
      return best
    }
    let (small, large) = (try seconds(10_000), try seconds(100_000))
    #expect(large < small * 20)
    #expect(large < 1)
  }

  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private func chain(_ count: Int) -> Network {
    let type = DeclaredType.tensor(.float32, [.symbol("N"), .fixed(64)])
    var graph = Graph(values: [Value(name: "v0", origin: .input, declared: type)], inputs: [ValueID(0)])
    for index in 0..<count {
      graph.nodes.append(
        Node(
          operatorName: index % 2 == 0 ? "Softmax" : "Relu", inputs: [ValueID(index)],
          outputs: [ValueID(index + 1)]))
      graph.values.append(Value(name: "v\(index + 1)", origin: .node(NodeID(index), output: 0)))
    }
    graph.outputs = [ValueID(count)]
    return Network(path: "", format: "", fileBytes: 0, operatorSets: ["": 18], graph: graph)
  }
}
