import Execution
import Kernels
import Testing

/// Attention that is one operator, on the prepared kernel, against the operators' own loops, which cases of ONNX and of
/// ONNX Runtime check.
@Suite struct FusedAttentionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var node: String
    var inputs: [(name: String, shape: [Int])]
    var output: [Int]
    var constants: [String] = []
    var domain = ""

    var testDescription: String { node }

    var text: String {
      func type(_ extents: [Int]) -> String {
        "float[\(extents.map(String.init).joined(separator: ", "))]"
      }
      let list = inputs.map { "\(type($0.shape)) \($0.name)" }.joined(separator: ", ")
      return """
        <ir_version: 10, opset_import: ["": 23, "com.microsoft": 1]>
        attention (\(list)) => (\(type(output)) y)
        \(constants.isEmpty ? "" : "<\(constants.joined(separator: ", "))>")
        { y = \(node) }
        """
    }
  }

  private static let heads = [("q", [2, 6, 5, 8]), ("k", [2, 6, 7, 8]), ("v", [2, 6, 7, 9])]
  private static let rows = [("q", [2, 5, 48]), ("k", [2, 7, 48]), ("v", [2, 7, 54])]

  private static let served: [Case] = [
    Case(node: "Attention (q, k, v)", inputs: heads, output: [2, 6, 5, 9]),
    Case(
      node: "Attention <scale = 0.2> (q, k, v)",
      inputs: [("q", [2, 6, 5, 8]), ("k", [2, 2, 7, 8]), ("v", [2, 2, 7, 9])], output: [2, 6, 5, 9]),
    Case(
      node: "Attention <q_num_heads = 6, kv_num_heads = 6> (q, k, v)", inputs: rows, output: [2, 5, 54]),
    Case(
      node: "Attention <q_num_heads = 6, kv_num_heads = 2> (q, k, v)",
      inputs: [("q", [2, 5, 48]), ("k", [2, 7, 16]), ("v", [2, 7, 18])], output: [2, 5, 54]),
    Case(
      node: "Attention <is_causal = 1> (q, k, v)",
      inputs: [("q", [1, 2, 9, 4]), ("k", [1, 2, 9, 4]), ("v", [1, 2, 9, 4])], output: [1, 2, 9, 4]),
    Case(
      node: "Attention (q, k, v, m)", inputs: heads, output: [2, 6, 5, 9],
      constants: ["float[5, 7] m = {\((0..<35).map { "\(Double($0 % 11) / 4)" }.joined(separator: ", "))}"]),
    Case(
      node: "Attention (q, k, v, m)",
      inputs: [("q", [2, 4, 5, 8]), ("k", [2, 2, 3, 8]), ("v", [2, 2, 3, 8])], output: [2, 4, 5, 8],
      constants: ["float[2, 4, 1, 3] m = {\((0..<24).map { "\($0 % 7)" }.joined(separator: ", "))}"]),
    Case(
      node: "com.microsoft.MultiHeadAttention <num_heads = 6> (q, k, v)", inputs: rows, output: [2, 5, 54]),
    Case(
      node: "com.microsoft.MultiHeadAttention <num_heads = 3, unidirectional = 1, scale = 0.3> (q)",
      inputs: [("q", [2, 5, 3, 3, 8])], output: [2, 5, 24]),
    Case(
      node: "com.microsoft.MultiHeadAttention <num_heads = 3> (q, k)",
      inputs: [("q", [2, 5, 24]), ("k", [2, 7, 3, 2, 8])], output: [2, 5, 24]),
    Case(
      node: "com.microsoft.MultiHeadAttention <num_heads = 3> (q, k, v)",
      inputs: [("q", [2, 5, 24]), ("k", [2, 3, 7, 8]), ("v", [2, 3, 7, 8])], output: [2, 5, 24]),
    Case(
      node: "com.microsoft.MultiHeadAttention <num_heads = 2> (q, k, v, , , m)",
      inputs: [("q", [2, 5, 16]), ("k", [2, 3, 16]), ("v", [2, 3, 16])], output: [2, 5, 16],
      constants: ["float[1, 2, 5, 3] m = {\((0..<30).map { "\($0 % 7)" }.joined(separator: ", "))}"]),
  ]

  @Test(arguments: served)
  func equalsTheOperator(example: Case) throws {
    for threads in [1, 3] {
      let (error, plan) = try PlanTests().compare(example.text, threads: threads)
      #expect(error < 2e-6)
      #expect(plan.steps.map { $0.choice?.kernel } == ["attention"])
    }
  }

  private static let left: [Case] = [
    Case(node: "Attention <softcap = 2.0> (q, k, v)", inputs: heads, output: [2, 6, 5, 9]),
    Case(node: "Attention <is_causal = 1> (q, k, v)", inputs: heads, output: [2, 6, 5, 9]),
    Case(
      node: "Attention (q, k, v, m)", inputs: heads + [("m", [5, 7])], output: [2, 6, 5, 9]),
  ]

  @Test(arguments: left)
  func otherOptionsAreTheOperators(example: Case) throws {
    let (error, plan) = try PlanTests().compare(example.text)
    #expect(error == 0)
    #expect(plan.steps.first?.choice == nil)
  }
}
