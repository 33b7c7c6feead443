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
}
