import Analysis
import Network
import Testing

/// What belongs to one layer.
@Suite struct LayeringTests {
  /// Each activation behind a convolution, in one node or spelled out, is part of its layer.
  @Test(arguments: [
    ("y = Relu (c)", 1),
    ("s = Sigmoid (c)\n y = Mul (c, s)", 2),
    ("a = Add (c, three)\n r = Clip (a, zero, six)\n m = Mul (c, r)\n y = Div (m, six)", 4),
    ("d = Div (c, two)\n e = Erf (d)\n p = Add (e, one)\n m = Mul (c, p)\n y = Mul (m, half)", 5),
    (
      """
      h = Mul (c, half)
      q = Pow (c, three)
      t = Mul (q, half)
      a = Add (c, t)
      u = Mul (a, two)
      z = Tanh (u)
      o = Add (z, one)
      y = Mul (h, o)
      """, 8
    ),
  ])
  func activationBelongsToItsLayer(nodes: String, count: Int) throws {
    let analysis = try Analyses.text(graph(nodes))
    #expect(analysis.layers.count == 1)
    #expect(analysis.layers.first?.nodes.count == count + 1)
    #expect(analysis.layers.first?.activations?.elements == 4 * 36)
  }

  /// Where something else reads the convolution's output, what follows stands alone.
  @Test func sharedOutputIsNotFused() throws {
    let nodes = "r = Relu (c)\n p = MaxPool <kernel_shape = [1,1]> (c)\n y = Add (p, r)"
    let analysis = try Analyses.text(graph(nodes))
    #expect(analysis.layers.map(\.operator) == ["Conv", "Relu", "MaxPool", "Add"])
  }

  /// Views cost nothing and belong to what they show; one of the input stands alone.
  @Test func views() throws {
    let analysis = try Analyses.text(
      """
      views (float[2,3,4] x) => (float[24] y) <int64[1] all = {-1}> {
        f = Reshape (x, all)
        r = Exp (f)
        y = Identity (r)
      }
      """)
    #expect(analysis.layers.map(\.operators) == [["Reshape"], ["Exp", "Identity"]])
    #expect(analysis.layers.first?.activations?.elements == 0)
    #expect(analysis.totals.activations.total?.elements == 48)
  }

  /// A sum that writes over a dying input adds nothing; one whose inputs live on does.
  @Test func inPlace() throws {
    let analysis = try Analyses.text(
      """
      skip (float[1,4,8,8] x) => (float[1,4,8,8] y) <float[4,4,1,1] w = {}, float[4,4,1,1] v = {}> {
        a = Conv <kernel_shape = [1,1]> (x, w)
        b = Conv <kernel_shape = [1,1]> (a, v)
        y = Add (a, b)
      }
      """)
    #expect(analysis.totals.activations.total?.elements == 3 * 256)
    #expect(analysis.totals.activations.peakLiveness?.extent.elements == 2 * 256)
    #expect(analysis.layers.last?.activations?.elements == 0)
  }

  /// Dead code and what does not depend on the input is no layer.
  @Test func constantsAndDeadCode() throws {
    let analysis = try Analyses.text(
      """
      dead (float[1,4] x) => (float[1,3] y) <float[3,4] w = {}> {
        t = Transpose <perm = [1,0]> (w)
        unused = Exp (x)
        y = MatMul (x, t)
      }
      """)
    #expect(analysis.layers.map(\.operator) == ["MatMul"])
    #expect(analysis.totals.parameters.learnable == 12)
    #expect(analysis.layers.first?.parameters.learnable == 12)
  }

  private func graph(_ nodes: String) -> String {
    """
    activation (float[1,3,8,8] x) => (float[1,4,6,6] y)
    <float[4,3,3,3] w = {}, float zero = {0}, float one = {1}, float two = {2}, float three = {3}, float six = {6},
     float half = {0.5}> {
      c = Conv <kernel_shape = [3,3]> (x, w)
      \(nodes)
    }
    """
  }
}
