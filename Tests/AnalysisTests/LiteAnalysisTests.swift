import Analysis
import TestSupport
import Testing

/// Static figures of TensorFlow Lite files are those of the file's operators. Expected counts were taken from the files with
/// the `tflite` package for Python: shapes of convolutions and fully connected layers alone.
@Suite struct LiteAnalysisTests {
  @Test func `A network on integers is counted by its own operators`() throws {
    let analysis = try Analyses.fixture("hey_jarvis_int8.tflite")
    #expect(analysis.totals.macs == 21630 && analysis.totals.integerMACs == 21630)
    #expect(analysis.totals.parameters.learnable == 22081 && analysis.totals.flops == 0)
    #expect(analysis.totals.completeness.isComplete)
    #expect(analysis.layers.allSatisfy { !$0.operators.contains("Transpose") })
    // Every activation that stays in memory is an integer of one byte.
    let total = try #require(analysis.totals.activations.total)
    #expect(total.elements == total.bytes)
  }

  @Test func `A network on floats`() throws {
    let analysis = try Analyses.fixture("sine_float.tflite")
    #expect(analysis.totals.macs == 288 && analysis.totals.parameters.learnable == 321)
    #expect(analysis.layers.count == 3)
  }
}
