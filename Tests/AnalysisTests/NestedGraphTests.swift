import Analysis
import Network
import Testing

/// Graphs nested in nodes: their shapes, weights and work.
@Suite struct NestedGraphTests {
  /// A branch known ahead is the one that counts; its weights are found, as are those of the graph around it.
  @Test(arguments: [("1", 16), ("0", 32)])
  func knownBranch(condition: String, macs: Int) throws {
    let analysis = try Analyses.text(
      """
      branches (float[1,4] x) => (float[1,4] y) <bool c = {\(condition)}, float[4,4] w = {}> {
        y = If <
          then_branch = one () => (float[1,4] a) { a = MatMul (x, w) },
          else_branch = two () => (float[1,4] b) { m = MatMul (x, w)
            b = MatMul (m, w) }
        > (c)
      }
      """)
    #expect(analysis.totals.macs == macs)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.totals.parameters.learnable == 16)
  }

  /// A loop with a known number of rounds costs that many times its body.
  @Test func knownRounds() throws {
    let analysis = try Analyses.text(
      """
      loop (float[1,4] x) => (float[1,4] y) <int64 trips = {5}, bool go = {1}, float[4,4] w = {}> {
        y = Loop <
          body = round (int64 i, bool again, float[1,4] state) => (bool on, float[1,4] next) {
            on = Identity (again)
            next = MatMul (state, w)
          }
        > (trips, go, x)
      }
      """)
    #expect(analysis.totals.macs == 80)
    #expect(analysis.totals.parameters.learnable == 16)
  }

  /// How often a loop runs that its own data ends is not known: it is named and not counted.
  @Test func unknownRounds() throws {
    let analysis = try Analyses.text(
      """
      loop (float[1,4] x, int64 trips) => (float[1,4] y) <bool go = {1}, float[4,4] w = {}> {
        y = Loop <
          body = round (int64 i, bool again, float[1,4] state) => (bool on, float[1,4] next) {
            on = Identity (again)
            next = MatMul (state, w)
          }
        > (trips, go, x)
      }
      """)
    #expect(analysis.totals.macs == 0)
    #expect(analysis.totals.completeness.uncounted == [.init(operator: "Loop", count: 1)])
  }

  /// A counter held against a length that follows from the input ends the loop after as many rounds, and what it collects has
  /// that many rows: TensorFlow's exporter writes recurrent layers so.
  @Test func countedRounds() throws {
    let analysis = try Analyses.text(
      """
      loop (float[S,4] x) => (float[S,3] z)
        <int64 zero = {0}, int64 one = {1}, bool go = {1}, float[4,4] w = {}, float[4,3] v = {}> {
        shape = Shape (x)
        length = Gather (shape, zero)
        first = Gather (x, zero)
        count, last, all = Loop <
          body = round (int64 i, bool again, int64 n, float[4] state) => (bool on, int64 next, float[4] new, float[4] kept) {
            next = Add (n, one)
            row = Gather (x, n)
            product = MatMul (row, w)
            new = Add (product, state)
            kept = Identity (new)
            on = Less (next, length)
          }
        > (, go, zero, first)
        z = MatMul (all, v)
      }
      """, AnalysisOptions(dimensions: ["S": 6]))
    #expect(analysis.totals.macs == 6 * 16 + 6 * 4 * 3)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.network.outputs.first?.type == .tensor(TensorType(.float32, [6, 3])))
  }

  /// A loop that its condition never ends is not counted round by round for ever.
  @Test func endlessRounds() throws {
    let analysis = try Analyses.text(
      """
      loop (float[1,4] x) => (float[1,4] y)
        <int64 zero = {0}, int64 one = {1}, int64 limit = {-1}, bool go = {1}, float[4,4] w = {}> {
        n, y = Loop <
          body = round (int64 i, bool again, int64 n, float[1,4] state) => (bool on, int64 next, float[1,4] new) {
            next = Add (n, one)
            new = MatMul (state, w)
            on = Greater (next, limit)
          }
        > (, go, zero, x)
      }
      """)
    #expect(analysis.totals.completeness.uncounted == [.init(operator: "Loop", count: 1)])
  }

  /// Rounds that the user gives stand for those that only the run knows.
  @Test func givenRounds() throws {
    let text = """
      loop (float[1,4] x, int64 trips) => (float[1,4] y) <bool go = {1}, float[4,4] w = {}> {
        y = Loop <
          body = round (int64 i, bool again, float[1,4] state) => (bool on, float[1,4] next) {
            on = Identity (again)
            next = MatMul (state, w)
          }
        > (trips, go, x)
      }
      """
    let analysis = try Analyses.text(text, AnalysisOptions(tripCounts: ["y": 7]))
    #expect(analysis.totals.macs == 7 * 16)
    #expect(analysis.totals.completeness.isComplete)
    #expect(throws: AnalysisError.unknownLoop("z", known: ["y"])) {
      try Analyses.text(text, AnalysisOptions(tripCounts: ["z": 7]))
    }
  }

  /// Of two branches between which only the run decides, the dearer one is counted and named.
  @Test func openBranch() throws {
    let analysis = try Analyses.text(
      """
      branches (float[1,4] x, bool c) => (float[1,4] y) <float[4,4] w = {}> {
        y = If <
          then_branch = one () => (float[1,4] a) { a = MatMul (x, w) },
          else_branch = two () => (float[1,4] b) { m = MatMul (x, w)
            b = MatMul (m, w) }
        > (c)
      }
      """)
    #expect(analysis.totals.macs == 32)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.totals.completeness.bounds == ["y"])
  }

  /// A branch whose product does not fit the input cannot be taken: the other one is what the network costs.
  @Test(arguments: [(4, 16), (5, 40)])
  func unfitBranch(extent: Int, macs: Int) throws {
    let analysis = try Analyses.text(
      """
      branches (float[1,?] x, bool c) => (float[1,?] y) <float[4,4] w = {}, float[5,8] v = {}> {
        y = If <
          then_branch = one () => (float[1,4] a) { a = MatMul (x, w) },
          else_branch = two () => (float[1,8] b) { b = MatMul (x, v) }
        > (c)
      }
      """, AnalysisOptions(inputShapes: ["x": [1, extent]]))
    #expect(analysis.totals.macs == macs)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.totals.completeness.bounds.isEmpty)
    #expect(analysis.network.outputs.first?.type == .tensor(TensorType(.float32, [1, extent == 4 ? 4 : 8])))
    let finding = try #require(analysis.findings.first)
    guard case .unfitBranch = finding.kind else {
      Issue.record("found \(finding)")
      return
    }
    #expect(finding.node == "y")
  }

  /// Where no branch fits, nothing is known and nothing is counted.
  @Test func noBranchFits() throws {
    let analysis = try Analyses.text(
      """
      branches (float[1,3] x, bool c) => (float[1,?] y) <float[4,4] w = {}, float[5,8] v = {}> {
        y = If <
          then_branch = one () => (float[1,4] a) { a = MatMul (x, w) },
          else_branch = two () => (float[1,8] b) { b = MatMul (x, v) }
        > (c)
      }
      """)
    #expect(analysis.totals.completeness.uncounted == [.init(operator: "If", count: 1)])
  }

  /// A scan steps along its inputs' first axis: 6 rounds of a product of 4 x 4.
  @Test func scan() throws {
    let analysis = try Analyses.text(
      """
      scan (float[1,4] x, float[6,1,4] steps) => (float[1,4] y, float[6,1,4] all) <float[4,4] w = {}> {
        y, all = Scan <num_scan_inputs = 1,
          body = round (float[1,4] state, float[1,4] step) => (float[1,4] next, float[1,4] seen) {
            sum = Add (state, step)
            next = MatMul (sum, w)
            seen = Identity (next)
          }
        > (x, steps)
      }
      """)
    #expect(analysis.totals.macs == 6 * 16)
    #expect(analysis.totals.elementwiseOperations == 6 * 4)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.totals.completeness.bounds.isEmpty)
  }

  /// An operator that nobody knows has the shape that the file declares; what follows it is counted, itself it is not.
  @Test func unknownOperatorInTheMiddle() throws {
    let analysis = try Analyses.text(
      """
      custom (float[2,4] x) => (float[2,3] y) <float[4,4] a = {}, float[8,3] b = {}, float[2,8] middle> {
        first = MatMul (x, a)
        middle = my.company.Secret <level = 3> (first)
        y = MatMul (middle, b)
      }
      """, header: #"<ir_version: 8, opset_import: ["" : 18, "my.company" : 1]>"#)
    #expect(analysis.totals.macs == 2 * 4 * 4 + 2 * 8 * 3)
    #expect(
      analysis.totals.completeness.uncounted == [.init(operator: "my.company.Secret", count: 1)])
    #expect(analysis.network.outputs.first?.type == .tensor(TensorType(.float32, [2, 3])))
  }
}
