import Execution
import Kernels
import Operators
import Testing

/// Chains as exporters write them, that should stay in blocks of channels from convolution to convolution. The reference is the
/// interpreter.
@Suite struct BlockedChainTests {
  private func kernels(_ plan: Plan) -> [String?] { plan.steps.map { $0.choice?.kernel } }

  @Test func namesAndBiasesByThemselvesBelongToTheConvolution() throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      paddle (float[2, 8, 9, 9] x) => (float[2, 20, 9, 9] y)
      <float[20, 8, 3, 3] w = {}, float[1, 20, 1, 1] bias = {}, float[20, 1, 1] factor = {}, float[1] two = {2.0},
       float offset = {0.5}>
      {
        c = Conv <pads = [1, 1, 1, 1]> (x, w)
        i = Identity (c)
        b = Add (i, bias)
        j = Identity (b)
        f = Mul (factor, j)
        s = Sub (f, offset)
        t = Mul (two, s)
        k = Identity (t)
        r = Relu (k)
        y = Identity (r)
      }
      """)
    #expect(error < 2e-6)
    #expect(plan.steps.first?.operators == ["Conv", "Add", "Mul", "Sub", "Mul", "Relu"])
  }

  /// A sum that two nodes read cannot take in what only one of them adds.
  @Test(arguments: 1...3) func constantsForEachChannelKeepTheLayout(threads: Int) throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      affine (float[2, 20, 9, 7] x) => (float[2, 20, 9, 7] y)
      <float[20, 20, 3, 3] a = {}, float[20, 20, 3, 3] b = {}, float[20, 20, 1, 1] c = {}, float[20, 1, 1] scale = {},
       float[1, 20, 1, 1] shift = {}, float[1, 1] half = {0.5}>
      {
        first = Conv <pads = [1, 1, 1, 1]> (x, a)
        scaled = Mul (first, scale)
        shifted = Sub (first, shift)
        halved = Mul (half, first)
        left = Sigmoid (scaled)
        sum = Add (left, shifted)
        all = Add (sum, halved)
        second = Conv <pads = [1, 1, 1, 1]> (all, b)
        y = Conv (second, c)
      }
      """, threads: threads)
    #expect(error < 2e-6)
    #expect(kernels(plan).filter { $0 == "affine by channel" }.count == 3)
    #expect(plan.steps.filter { $0.nodes.isEmpty && $0.choice?.kernel == "blocks to planes" }.count == 1)
  }

  @Test(arguments: ["[2, 5]", "[2, 5, 33]", "[1, 5, 3, 7]", "[2, 5, 3, 2, 9]"])
  func normalizationOfAnyRankHasAKernel(shape: String) throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      normal (float\(shape) x) => (float\(shape) y)
      <float[5] gamma = {}, float[5] beta = {}, float[5] mean = {}, float[5] variance = {1, 2, 3, 4, 5}>
      {
        n = BatchNormalization (x, gamma, beta, mean, variance)
        y = HardSwish (n)
      }
      """)
    #expect(error < 2e-6)
    #expect(kernels(plan) == ["affine by channel"])
  }

  @Test(arguments: ["nearest", "linear"], [1, 20]) func resizedImagesKeepTheLayout(
    mode: String, channels: Int
  ) throws {
    for extents in ["18, 14", "27, 5", "4, 40"] {
      let (error, plan) = try PlanTests().compare(
        """
        <ir_version: 8, opset_import: ["": 17]>
        pyramid (float[2, \(channels), 9, 7] x) => (float[2, 6, \(extents)] y)
        <float[20, \(channels), 3, 3] a = {}, float[6, 20, 3, 3] b = {}, int64[4] sizes = {2, 20, \(extents)}>
        {
          first = Conv <pads = [1, 1, 1, 1]> (x, a)
          large = Resize <mode = "\(mode)"> (first, , , sizes)
          y = Conv <pads = [1, 1, 1, 1]> (large, b)
        }
        """, threads: 2)
      #expect(error < 2e-6)
      #expect(kernels(plan).contains("resize, \(mode)"))
      #expect(plan.steps.filter { $0.nodes.isEmpty }.count <= 2, "the network's own input and output")
    }
  }

  @Test func namesOfInputsConstantsAndOutputsKeepTheirPlace() throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      names (float[2, 3] x) => (float[2, 3] y, float[2, 3] same, float[2, 3] kept)
      <float[3] w = {1.0, 2.0, 3.0}>
      {
        a = Identity (x)
        c = Identity (w)
        same = Identity (a)
        s = Add (a, c)
        t = Identity (s)
        y = Neg (t)
        kept = Identity (t)
      }
      """)
    #expect(error == 0)
    #expect(plan.outputs.map(\.name) == ["y", "same", "kept"])
  }
}
