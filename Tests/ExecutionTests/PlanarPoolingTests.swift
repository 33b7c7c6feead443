import Execution
import Kernels
import Testing

/// Pooling on row-major tensors against the operators' own loops, which ONNX's node cases check.
@Suite struct PlanarPoolingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var attributes: String
    var input: [Int]
    var output: [Int]

    init(_ attributes: String, _ input: [Int], _ output: [Int]) {
      self.attributes = attributes
      self.input = input
      self.output = output
    }

    var testDescription: String { "\(attributes) \(input)" }

    func text(_ name: String, _ more: String = "") -> String {
      func type(_ extents: [Int]) -> String {
        "float[\(extents.map(String.init).joined(separator: ", "))]"
      }
      return """
        <ir_version: 9, opset_import: ["": 19]>
        pooled (\(type(input)) x) => (\(type(output)) y)
        { y = \(name) <\(attributes)\(more)> (x) }
        """
    }
  }

  private static let cases: [Case] = [
    Case("kernel_shape = [1]", [1, 1, 1], [1, 1, 1]),
    Case("kernel_shape = [3], pads = [1, 1]", [2, 5, 31], [2, 5, 31]),
    Case("kernel_shape = [3], strides = [2], pads = [1, 1]", [2, 3, 9001], [2, 3, 4501]),
    Case("kernel_shape = [4], strides = [3], dilations = [2], pads = [2, 5]", [1, 4, 40], [1, 4, 14]),
    Case("kernel_shape = [3], strides = [2], ceil_mode = 1", [1, 4, 40], [1, 4, 20]),
    Case("kernel_shape = [5], auto_pad = \"SAME_LOWER\", strides = [2]", [1, 2, 33], [1, 2, 17]),
    Case("kernel_shape = [2, 2, 2], strides = [2, 2, 2]", [1, 3, 6, 7, 9], [1, 3, 3, 3, 4]),
    Case("kernel_shape = [3, 3, 3], pads = [1, 1, 1, 1, 1, 1]", [2, 2, 5, 6, 7], [2, 2, 5, 6, 7]),
    Case("kernel_shape = [2, 2, 2], pads = [1, 1, 1, 1, 1, 1]", [2, 2, 50, 40, 70], [2, 2, 51, 41, 71]),
    Case("kernel_shape = [1, 3, 2], strides = [1, 1, 2]", [1, 2, 4, 6, 8], [1, 2, 4, 4, 4]),
    Case("kernel_shape = [3, 1, 1], pads = [0, 0, 0, 2, 0, 0]", [1, 2, 4, 6, 8], [1, 2, 4, 6, 8]),
    Case(
      "kernel_shape = [2, 3, 4], dilations = [2, 1, 3], pads = [1, 0, 2, 0, 2, 3]", [1, 2, 9, 7, 20],
      [1, 2, 8, 7, 16]),
    Case("kernel_shape = [3, 3, 3], strides = [1, 2, 2]", [1, 1, 20, 90, 70], [1, 1, 18, 44, 34]),
  ]

  @Test(arguments: cases, ["MaxPool", "AveragePool", "AveragePool, padding counts"])
  func equalsTheOperator(example: Case, kind: String) throws {
    let isMaximum = kind == "MaxPool"
    let text = example.text(
      isMaximum ? "MaxPool" : "AveragePool", kind.hasSuffix("counts") ? ", count_include_pad = 1" : "")
    for threads in [1, 3] {
      let (error, plan) = try PlanTests().compare(text, threads: threads)
      #expect(isMaximum ? error == 0 : error < 2e-6)
      #expect(plan.steps.map { $0.choice?.kernel.hasSuffix("of planes") } == [true])
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func everyInstructionSetComputesTheSame(instructionSet: InstructionSet) throws {
    for example in Self.cases {
      let options = PlanOptions(instructionSet: instructionSet, isExact: true)
      #expect(try PlanTests().compare(example.text("AveragePool"), options: options).error < 2e-6)
    }
  }

  @Test func placesAreTheOperators() throws {
    let (error, plan) = try PlanTests().compare(
      """
      <ir_version: 8, opset_import: ["": 17]>
      pooled (float[1, 2, 9] x) => (float[1, 2, 4] y, int64[1, 2, 4] i)
      { y, i = MaxPool <kernel_shape = [3], strides = [2]> (x) }
      """)
    #expect(error == 0)
    #expect(plan.steps.first?.choice == nil)
  }
}
