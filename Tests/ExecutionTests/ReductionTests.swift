import Execution
import Kernels
import Testing

/// Reductions and global pooling on prepared kernels against the operators' own loops, which ONNX's node cases check.
@Suite struct ReductionTests {
  private static let functions = [
    "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
    "ReduceSumSquare", "ReduceLogSumExp",
  ]

  private static func type(_ extents: [Int]) -> String {
    "float[\(extents.map(String.init).joined(separator: ", "))]"
  }

  private static func reduced(_ shape: [Int], _ axes: [Int], keeps: Bool) -> [Int] {
    let places = axes.map { $0 < 0 ? $0 + shape.count : $0 }
    return shape.indices.compactMap { places.contains($0) ? (keeps ? 1 : nil) : shape[$0] }
  }

  @Test(arguments: functions, [[0], [1], [-1], [1, 2], [0, 3], [0, 1, 2, 3]])
  func reductionsEqualTheOperator(function: String, axes: [Int]) throws {
    let shape = [3, 4, 5, 18]
    for keeps in [true, false] {
      let result = Self.type(Self.reduced(shape, axes, keeps: keeps))
      let list = axes.map(String.init).joined(separator: ", ")
      for threads in [1, 3] {
        let (error, plan) = try PlanTests().compare(
          """
          <ir_version: 9, opset_import: ["": 18]>
          reduced (\(Self.type(shape)) x) => (\(result) y)
          <int64[\(axes.count)] axes = {\(list)}>
          {
            y = \(function) <keepdims = \(keeps ? 1 : 0)> (x, axes)
          }
          """, threads: threads)
        #expect(error < 3e-6)
        #expect(plan.steps.map { $0.choice?.kernel } == ["reduction"])
      }
    }
  }

  /// Axes as the attribute of older versions, and none, which means all.
  @Test func axesAsAttributes() throws {
    for (attributes, result) in [("<axes = [-2], keepdims = 0>", [6, 40]), ("", [1, 1, 1])] {
      let (error, plan) = try PlanTests().compare(
        """
        <ir_version: 8, opset_import: ["": 11]>
        reduced (float[6, 33, 40] x) => (\(Self.type(result)) y)
        { y = ReduceL2 \(attributes) (x) }
        """)
      #expect(error < 3e-6)
      #expect(plan.steps.map { $0.choice?.kernel } == ["reduction"])
    }
  }

  @Test func nothingToReduceIsTheOperators() throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 9, opset_import: ["": 18]>
      reduced (float[6, 5] x) => (float[6, 5] y)
      { y = ReduceSumSquare <noop_with_empty_axes = 1> (x) }
      """)
    #expect(error < 3e-6)
    #expect(plan.steps.first?.choice == nil)
  }

  @Test(arguments: ["GlobalAveragePool", "GlobalMaxPool"])
  func planesOfAnyRank(name: String) throws {
    for places in [[1], [33], [3, 5, 7], [2, 3, 2, 3]] {
      let result = Self.type([2, 5] + places.map { _ in 1 })
      let (error, plan) = try PlanTests().compare(
        """
        <ir_version: 8, opset_import: ["": 17]>
        pooled (\(Self.type([2, 5] + places)) x) => (\(result) y)
        { y = \(name) (x) }
        """, threads: 2)
      #expect(error < 3e-6)
      #expect(plan.steps.map { $0.choice?.kernel } == ["reduction"])
    }
  }
}
