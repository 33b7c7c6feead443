import Analysis
import Network
import Testing

/// Every limit on expansion: refused one beyond it, with the option's name, and analyzed where it is raised by one.
@Suite struct AnalysisLimitTests {
  /// Three functions, each calling the next twice: 8 nodes.
  private static let functions = """
    <ir_version: 8, opset_import: ["" : 18, "local" : 1]>
    g (float[1,4] x) => (float[1,4] y) { y = local.a (x) }
    <domain: "local", opset_import: ["" : 18, "local" : 1]>
    a (x) => (y) {
      z = local.b (x)
      y = local.b (z)
    }
    <domain: "local", opset_import: ["" : 18, "local" : 1]>
    b (x) => (y) {
      z = local.c (x)
      y = local.c (z)
    }
    <domain: "local", opset_import: ["" : 18]>
    c (x) => (y) {
      z = Relu (x)
      y = Sigmoid (z)
    }
    """

  private func failure(_ network: Network, _ options: AnalysisOptions) -> AnalysisError? {
    do throws(AnalysisError) {
      _ = try Analyzer.analyze(network, options)
      return nil
    } catch {
      return error
    }
  }

  private func check(
    _ text: String, header: String, _ values: Range<Int>, _ limit: WritableKeyPath<AnalysisLimits, Int>,
    _ error: (Int) -> AnalysisError
  ) throws {
    let network = try Analyses.network(text, header: header)
    var options = AnalysisOptions()
    // The least that is enough: one less is refused, by this error.
    var enough: Int?
    for value in values where enough == nil {
      options.limits[keyPath: limit] = value
      guard let found = failure(network, options) else {
        enough = value
        continue
      }
      #expect(found == error(value))
      #expect(found.message.contains("--limit "))
    }
    #expect((try #require(enough)) > values.lowerBound)
  }

  @Test func nodesOfExpandedFunctions() throws {
    try check(Self.functions, header: "", 4..<40, \.expandedNodes) { .tooManyNodes(limit: $0) }
  }

  @Test func namesOfExpandedFunctions() throws {
    try check(Self.functions, header: "", 1..<2000, \.expandedNameBytes) { .namesTooLong(limit: $0) }
  }

  @Test func callsInsideOneAnother() throws {
    try check(Self.functions, header: "", 1..<10, \.callDepth) { .nestedTooDeep(limit: $0) }
  }

  @Test func graphsInsideOneAnother() throws {
    let text = """
      g (bool c, float[2] x) => (float[2] y) {
        y = If (c) <
          then_branch = t () => (float[2] a) {
            a = If (c) <
              then_branch = tt () => (float[2] b) { b = Relu (x) },
              else_branch = te () => (float[2] d) { d = Identity (x) }>
          },
          else_branch = e () => (float[2] f) { f = Identity (x) }>
      }
      """
    try check(text, header: #"<ir_version: 8, opset_import: ["" : 18]>"#, 1..<5, \.graphDepth) {
      .nestedTooDeep(limit: $0)
    }
  }
}
