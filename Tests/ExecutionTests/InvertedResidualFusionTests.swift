import Execution
import Kernels
import Testing

/// Which convolutions are done together a few rows at a time. The reference is the interpreter.
@Suite struct InvertedResidualFusionTests {
  private func kernels(_ plan: Plan) -> [String?] { plan.steps.map { $0.choice?.kernel } }

  /// A network's first three convolutions, as MobileNets have them, after `prologue` and before `epilogue`.
  private func stem(
    wide: Int, output: Int, prologue: String = "", epilogue: String = "y = Clip (p, low, high)"
  ) -> String {
    """
    <ir_version: 8, opset_import: ["": 17]>
    stem (float[2, 3, 61, 59] x) => (float[2, \(output), 31, 30] y)
    <float[\(wide), 3, 3, 3] a = {}, float[\(wide)] bias = {}, float[\(wide), 1, 3, 3] b = {},
     float[\(output), \(wide), 1, 1] c = {}, float low = {0.0}, float high = {6.0}>
    {
      \(prologue.isEmpty ? "image = Identity (x)" : prologue)
      first = Conv <strides = [2, 2], pads = [1, 1, 1, 1]> (image, a, bias)
      clipped = Clip (first, low, high)
      filtered = Conv <group = \(wide), pads = [1, 1, 1, 1]> (clipped, b)
      f = Relu (filtered)
      p = Conv (f, c)
      \(epilogue)
    }
    """
  }

  @Test(arguments: 1...3, [(32, 16), (20, 64)])
  func theFirstThreeOfANetwork(threads: Int, channels: (wide: Int, output: Int)) throws {
    let text = stem(wide: channels.wide, output: channels.output)
    let (error, plan) = try PlanTests().compare(text, threads: threads)
    #expect(error < 2e-6)
    #expect(kernels(plan).first == "3x3 from planes + depthwise 3x3 + 1x1 by rows")
    #expect(plan.steps.first?.operators == ["Conv", "Clip", "Conv", "Relu", "Conv", "Clip"])
  }

  /// What is not the network's own input may lie in blocks by then.
  @Test func anImageThatAStepMakesIsReadByTheFirstAlone() throws {
    let (error, plan) = try PlanTests().compare(stem(wide: 32, output: 16, prologue: "image = Sigmoid (x)"))
    #expect(error < 2e-6)
    #expect(kernels(plan).contains("convolution 3x3 from planes"))
    #expect(kernels(plan).contains("depthwise 3x3 + 1x1 by rows"))
  }

  @Test func whatIsReadElsewhereIsKept() throws {
    let (error, plan) = try PlanTests().compare(
      stem(wide: 32, output: 32, epilogue: "all = Add (p, clipped)\n      y = Relu (all)"))
    #expect(error < 2e-6)
    #expect(kernels(plan).contains("convolution 3x3 from planes"))
  }
}
