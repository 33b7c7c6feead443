import Analysis
import Formats
import Network
import Operators
import TestSupport
import Testing

/// Networks that ask shape inference for what cannot be: each is refused with its node named, or analyzed without the
/// memory and the time that it asks for. The list is that of onnx's own fixes from 2022 to 2026.
@Suite struct HostileNetworkTests {
  /// Refused, with the node named.
  @Test(arguments: [
    // Division by zero.
    "g (float[1,3,8,8] x) => (y) <float[4,3,3,3] w = {}> { y = Conv <strides = [0, 0]> (x, w) }",
    "g (float[1,4,8,8] x) => (y) <float[4,3,3,3] w = {}> { y = Conv <group = 0> (x, w) }",
    "g (float[1,4,8,8] x) => (y) { y = DepthToSpace <blocksize = 0> (x) }",
    "g (float[1,4,8,8] x) => (y) { y = MaxPool <kernel_shape = [0, 0]> (x) }",
    // A rank or a length that does not go with the others.
    "g (float[1,3,8,8] x) => (y) <float[4,3,3] w = {}> { y = Conv (x, w) }",
    "g (float[1,3,8,8] x) => (y) <float[4,3,3,3] w = {}> { y = Conv <pads = [1, 1, 1]> (x, w) }",
    "g (float[1,3,8,8] x) => (y) <float[4,3,3,3] w = {}> { y = Conv <dilations = [1]> (x, w) }",
    #"g (float x) => (y) { y = Einsum <equation = "ij->i"> (x) }"#,
    "g (float[2,3] x) => (y) { y = Transpose <perm = [0, 0]> (x) }",
    "g (float[2,3] x) => (y) { y = Flatten <axis = 9> (x) }",
    "g (float[2,3] x) => (y) { y = Softmax <axis = -9> (x) }",
    "g (float[2,3] x) => (y) { y = Concat <axis = 5> (x, x) }",
    // What an operator requires and is not there.
    "g (float[2] x) => (y) { y = Cast (x) }",
    "g (float[2,3] x) => (y) { y = Gemm (x) }",
    // Arithmetic that does not fit 64 bits.
    """
    g (float[2] x) => (y) <int64[3] s = {4611686018427387904, 4611686018427387904, 16}> { y = Expand (x, s) }
    """,
    "g (float[1,3,8,8] x) => (y) <float[4,3,3,3] w = {}> { y = Conv <dilations = [9223372036854775807, 1]> (x, w) }",
    "g (float[4] x) => (y, i) <int64[1] k = {-1}> { y, i = TopK (x, k) }",
  ])
  func isRefusedByNode(text: String) throws {
    let error = #expect(throws: AnalysisError.self) { try Analyses.text(text) }
    switch error {
    case .node(let node, _)?: #expect(!node.operator.isEmpty)
    case .overflow?: break
    case let other: Issue.record("another error: \(String(describing: other))")
    }
  }

  /// Asked for 10^12 elements and more: told, and nothing of that size made.
  @Test(arguments: [
    "g (float[1] x) => (y) <int64[1] s = {1000000000000}> { y = Expand (x, s) }",
    "g () => (y) <int64[1] s = {1000000000000}> { y = ConstantOfShape (s) }",
    "g (float[10] x) => (y) <int64[1] s = {100000000000}> { y = Tile (x, s) }",
    "g () => (y) <int64 a = {0}, int64 b = {1000000000000}, int64 c = {1}> { y = Range (a, b, c) }",
    "g (float[1,1,1,1] x) => (y) <int64[4] s = {1, 1, 1000000, 1000000}> { y = Resize (x, , , s) }",
    "g (float[1] x) => (y) <int64[2] p = {0, 1000000000000}> { y = Pad (x, p) }",
  ])
  func hugeResultsAreNotMade(text: String) throws {
    let analysis = try? Analyses.text(text)
    // Where it is analyzed, the figure is that of the shape.
    if let elements = analysis?.network.outputs.first?.type.tensor?.elementCount {
      #expect(elements >= 1 << 39)
    }
  }

  /// A loop of 2^63 rounds ends in an answer, not in rounds.
  @Test func endlessLoopsAreNotRun() throws {
    let analysis = try? Analyses.text(
      """
      g (float[2] x) => (y) <int64 m = {9223372036854775807}, bool c = {1}> {
        y = Loop (m, c, x) <body = b (int64 i, bool d, float[2] v) => (bool d2, float[2] w) {
          d2 = Identity (d)
          w = Add (v, v)
        }>
      }
      """)
    // Two additions a round are more than 64 bits hold in all, so either nothing is told or not all of it.
    #expect(
      analysis.map { !$0.totals.completeness.isComplete || $0.totals.elementwiseOperations > 0 } ?? true)
  }

  /// What a graph costs where an operator takes none, nobody knows: the node is named as not counted.
  @Test func graphsWhereNoneBelongAreNotCounted() throws {
    let analysis = try Analyses.text(
      """
      g (float[2] x) => (float[2] y) {
        y = Relu <body = b (float[3] v) => (float[3] w) { w = Add (v, v) }> (x)
      }
      """)
    #expect(analysis.totals.completeness.uncounted == [.init(operator: "Relu", count: 1)])
  }

  /// A slice of nothing is nothing.
  @Test func sliceOfAnEmptyAxis() throws {
    let analysis = try Analyses.text(
      """
      g (float[4,3] x) => (y) <int64[1] a = {4}, int64[1] b = {4}, int64[1] c = {0}, int64[1] d = {5}> {
        z = Slice (x, a, b)
        y = Slice (z, c, d)
      }
      """)
    #expect(analysis.network.outputs.first?.type.tensor?.elementCount == 0)
  }
}
