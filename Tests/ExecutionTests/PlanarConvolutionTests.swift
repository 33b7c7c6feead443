import Execution
import Testing

/// Convolutions on row-major tensors against the operators' own loops, which ONNX's node cases check.
@Suite struct PlanarConvolutionTests {
  /// A network of one operator: its attributes, and the extents of the image, the filters, the bias and the output.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var attributes: String
    var image: [Int]
    var filters: [Int]
    var bias: Int?
    var output: [Int]

    init(
      _ name: String, _ attributes: String, image: [Int], filters: [Int], bias: Int? = nil, output: [Int]
    ) {
      self.name = name
      self.attributes = attributes
      self.image = image
      self.filters = filters
      self.bias = bias
      self.output = output
    }

    var testDescription: String { "\(name) \(attributes) \(image) \(filters)" }

    /// With the filters computed by the network, or constant.
    func text(computesFilters: Bool) -> String {
      func type(_ extents: [Int]) -> String {
        "float[\(extents.map(String.init).joined(separator: ", "))]"
      }
      let constants =
        (computesFilters ? [] : ["\(type(filters)) w = {}"]) + (bias.map { ["float[\($0)] b = {}"] } ?? [])
      return """
        <ir_version: 8, opset_import: ["": 17]>
        planar (\(type(image)) x\(computesFilters ? ", \(type(filters)) v" : "")) => (\(type(output)) y)
        \(constants.isEmpty ? "" : "<\(constants.joined(separator: ", "))>")
        {
          \(computesFilters ? "w = Neg (v)" : "")
          c = \(name) \(attributes.isEmpty ? "" : "<\(attributes)>") (x, w\(bias == nil ? "" : ", b"))
          y = Relu (c)
        }
        """
    }
  }

  private static let cases: [Case] = [
    Case("Conv", "", image: [1, 1, 1], filters: [1, 1, 1], output: [1, 1, 1]),
    Case("Conv", "pads = [1, 1]", image: [2, 5, 31], filters: [7, 5, 3], bias: 7, output: [2, 7, 31]),
    Case("Conv", "pads = [2, 0]", image: [1, 16, 33], filters: [14, 16, 3], output: [1, 14, 33]),
    Case(
      "Conv", "strides = [2], dilations = [3], pads = [4, 1]", image: [1, 6, 65], filters: [15, 6, 5],
      bias: 15,
      output: [1, 15, 29]),
    Case(
      "Conv", "group = 3, auto_pad = \"SAME_UPPER\"", image: [2, 9, 64], filters: [12, 3, 4], bias: 12,
      output: [2, 12, 64]),
    Case(
      "Conv", "group = 20, pads = [15, 15]", image: [1, 20, 700], filters: [20, 1, 31], bias: 20,
      output: [1, 20, 700]),
    Case(
      "Conv", "group = 3, strides = [3], dilations = [2], pads = [4, 0]", image: [2, 3, 50],
      filters: [6, 1, 5],
      bias: 6, output: [2, 6, 16]),
    Case(
      "Conv", "group = 2, pads = [3, 3]", image: [1, 2, 9000], filters: [4, 1, 7], output: [1, 4, 9000]),
    Case(
      "Conv", "group = 5, pads = [1, 1, 1, 1, 1, 1], strides = [1, 2, 1]", image: [1, 5, 6, 7, 9],
      filters: [5, 1, 3, 3, 3], bias: 5, output: [1, 5, 6, 4, 9]),
    Case(
      "Conv", "pads = [2, 0, 2, 0]", image: [2, 17, 40, 1], filters: [33, 17, 5, 1], bias: 33,
      output: [2, 33, 40, 1]),
    Case("Conv", "strides = [2, 1]", image: [1, 4, 19, 1], filters: [6, 4, 3, 1], output: [1, 6, 9, 1]),
    Case("Conv", "pads = [90, 90]", image: [1, 3, 10], filters: [4, 3, 100], output: [1, 4, 91]),
    Case(
      "Conv", "pads = [1, 1, 1, 1, 1, 1]", image: [1, 3, 6, 7, 9], filters: [17, 3, 3, 3, 3], bias: 17,
      output: [1, 17, 6, 7, 9]),
    Case(
      "Conv", "strides = [1, 2, 2], pads = [0, 1, 2, 1, 0, 1], dilations = [2, 1, 2]",
      image: [2, 4, 7, 9, 11],
      filters: [6, 4, 2, 3, 3], bias: 6, output: [2, 6, 6, 4, 5]),
    Case(
      "Conv", "pads = [1, 1, 1, 1]", image: [1, 8, 9, 40], filters: [33, 8, 3, 3], output: [1, 33, 9, 40]),
    Case("ConvTranspose", "", image: [1, 1, 1], filters: [1, 1, 1], output: [1, 1, 1]),
    Case(
      "ConvTranspose", "strides = [4], pads = [2, 2]", image: [2, 6, 33], filters: [6, 5, 8], bias: 5,
      output: [2, 5, 132]),
    Case(
      "ConvTranspose", "strides = [2, 2]", image: [1, 24, 17, 19], filters: [24, 11, 2, 2], bias: 11,
      output: [1, 11, 34, 38]),
    Case(
      "ConvTranspose", "strides = [2, 3], pads = [1, 0, 0, 2], output_padding = [1, 1], dilations = [2, 1]",
      image: [2, 8, 7, 9], filters: [8, 3, 3, 4], bias: 3, output: [2, 3, 17, 27]),
    Case(
      "ConvTranspose", "group = 4, strides = [2, 2], pads = [1, 1, 1, 1]", image: [1, 12, 20, 31],
      filters: [12, 2, 4, 4], bias: 8, output: [1, 8, 40, 62]),
    Case(
      "ConvTranspose", "strides = [2, 1, 2]", image: [1, 4, 3, 4, 5], filters: [4, 6, 2, 3, 3], bias: 6,
      output: [1, 6, 6, 6, 11]),
  ]

  @Test(arguments: cases, [false, true])
  func equalsTheOperator(example: Case, computesFilters: Bool) throws {
    // Constant filters over two axes lie in blocks.
    for threads in [1, 3] {
      let (error, plan) = try PlanTests().compare(
        example.text(computesFilters: computesFilters), threads: threads)
      #expect(error < 2e-6)
      #expect(plan.steps.last?.operators == [example.name, "Relu"] || plan.steps.last?.operators == [])
    }
  }

  /// More places and filters than are worked on at once.
  @Test func manyPlacesAndFilters() throws {
    let wide = Case(
      "Conv", "pads = [4, 4]", image: [1, 300, 1500], filters: [40, 300, 9], bias: 40, output: [1, 40, 1500])
    let upsampled = Case(
      "ConvTranspose", "strides = [2, 2], pads = [1, 1, 1, 1]", image: [1, 300, 30, 50],
      filters: [300, 150, 4, 4], bias: 150, output: [1, 150, 60, 100])
    for example in [wide, upsampled] {
      #expect(try PlanTests().compare(example.text(computesFilters: false), threads: 2).error < 2e-6)
    }
  }
}
