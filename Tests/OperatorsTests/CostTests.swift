import Network
import Operators
import Testing

/// A node whose inputs are known by type alone.
struct StaticNode {
  let operation: any Operator
  let inputs: [Fact?]

  init(
    _ name: String, _ shapes: [Shape?], _ attributes: [Attribute] = [], domain: String = "",
    version: Int = 22,
    outputs: Int = 1
  ) throws {
    let kind = try #require(OperatorRegistry.find(domain: domain, name: name))
    operation = try kind.init(
      AttributeReader(attributes, version: version, inputCount: shapes.count, outputCount: outputs))
    inputs = shapes.map { $0.map { Fact(.float32, $0) } }
  }

  func outputs() throws -> [Fact] { try operation.infer(InferenceInputs(inputs)) }

  func cost() throws -> Cost { try #require(try operation.cost(inputs: inputs, outputs: outputs())) }
}

/// Counts that users of other tools have found wrong there; the right ones are closed forms.
@Suite struct CostTests {
  /// github.com/ultralytics/thop issue 92: other tools say 192 or 208.
  @Test func transposedConvolution() throws {
    let node = try StaticNode(
      "ConvTranspose", [[1, 3, 2, 2], [3, 1, 2, 2]], [Attribute("strides", .integers([2, 2]))])
    #expect(try node.outputs()[0].shape == [1, 1, 4, 4])
    #expect(try node.cost().macs == 48)
  }

  /// github.com/deepspeedai/DeepSpeed pull request 8323.
  @Test(arguments: [
    ([2, 4, 8, 8], [4, 6, 4, 4], [2, 2], [1, 1, 1, 1], [0, 0], 1, 49_152),
    ([2, 4, 8, 8], [4, 1, 3, 3], [2, 2], [1, 1, 1, 1], [1, 1], 4, 4_608),
    ([2, 6, 8, 8], [6, 2, 2, 2], [2, 2], [0, 0, 0, 0], [0, 0], 3, 6_144),
  ])
  func transposedConvolutions(
    _ input: [Int], _ weight: [Int], _ strides: [Int], _ padding: [Int], _ extra: [Int], _ groups: Int,
    _ macs: Int
  ) throws {
    let node = try StaticNode(
      "ConvTranspose", [Shape(input), Shape(weight)],
      [
        Attribute("strides", .integers(strides)), Attribute("pads", .integers(padding)),
        Attribute("output_padding", .integers(extra)), Attribute("group", .integer(groups)),
      ])
    #expect(try node.cost().macs == macs)
  }

  /// github.com/pytorch/pytorch issue 195460: 12,582,912 FLOPs.
  @Test func attention() throws {
    let shape: Shape = [1, 12, 64, 64]
    let node = try StaticNode("Attention", [shape, shape, shape], version: 23)
    #expect(try node.cost().macs == 6_291_456)
    #expect(try node.cost().causalMACs == nil)
  }

  /// github.com/facebookresearch/xformers pull request 1402: 1,536 FLOPs with the mask aligned to the last key, 1,920 without.
  @Test func causalAttention() throws {
    let node = try StaticNode(
      "Attention", [[1, 1, 4, 8], [1, 1, 4, 8], [1, 1, 4, 16], nil, [1, 1, 6, 8], [1, 1, 6, 16]],
      [Attribute("is_causal", .integer(1))], version: 23)
    #expect(try node.cost().macs * 2 == 1_920)
    #expect(try node.cost().causalMACs == 768)
  }

  /// Of a square of scores, half.
  @Test func causalSquare() throws {
    let shape: Shape = [2, 3, 10, 4]
    let node = try StaticNode(
      "Attention", [shape, shape, shape], [Attribute("is_causal", .integer(1))], version: 23)
    let cost = try node.cost()
    #expect(cost.causalMACs == cost.macs / 2)
  }

  /// github.com/MrYxJ/calculate-flops.pytorch issue 55: other tools say 0.
  @Test func gatedRecurrentUnit() throws {
    let node = try StaticNode(
      "GRU", [[32, 10, 128], [1, 384, 128], [1, 384, 128], [1, 768]],
      [Attribute("hidden_size", .integer(128))])
    #expect(try node.cost().macs == 31_457_280)
    let parameters = node.inputs[1...].compactMap { $0?.tensor?.elementCount }.reduce(0, +)
    #expect(parameters == 99_072)
  }

  /// github.com/TylerYep/torchinfo issue 72: 896 parameters; the bias is counted apart.
  @Test func convolution() throws {
    let node = try StaticNode(
      "Conv", [[1, 3, 224, 224], [32, 3, 3, 3], [32]], [Attribute("pads", .integers([1, 1, 1, 1]))])
    let cost = try node.cost()
    #expect(cost.macs == 43_352_064)
    #expect(cost.macs + cost.elementwiseOperations == 44_957_696)
    #expect(node.inputs[1...].compactMap { $0?.tensor?.elementCount }.reduce(0, +) == 896)
  }

  /// AlexNet's second convolution: 223,948,800 in the table of MIT 6.5940, lecture 2.
  @Test func groupedConvolution() throws {
    let node = try StaticNode(
      "Conv", [[1, 96, 27, 27], [256, 48, 5, 5]],
      [Attribute("pads", .integers([2, 2, 2, 2])), Attribute("group", .integer(2))])
    #expect(try node.cost().macs == 223_948_800)
  }

  @Test func matrixProducts() throws {
    #expect(try StaticNode("MatMul", [[8, 1, 5, 7], [3, 7, 2]]).cost().macs == 8 * 3 * 5 * 2 * 7)
    #expect(try StaticNode("Gemm", [[10, 1024], [1024, 1024], [1024]]).cost().macs == 10 * 1024 * 1024)
    let einsum = try StaticNode(
      "Einsum", [[2, 3, 5], [2, 5, 7]], [Attribute("equation", .string(Array("bij,bjk->bik".utf8)))])
    #expect(try einsum.cost().macs == 2 * 3 * 5 * 7)
  }

  /// Where an extent is not known the count is not known either, and not zero.
  @Test func unknownIsNotZero() throws {
    let node = try StaticNode("Conv", [[nil, 3, 8, 8], [4, 3, 3, 3]])
    #expect(try node.outputs()[0].shape == [nil, 4, 6, 6])
    #expect(try node.operation.cost(inputs: node.inputs, outputs: node.outputs()) == nil)
  }

  /// A count beyond 64 bits is an error and not a wrong number.
  @Test func overflow() throws {
    let huge = 1 << 40
    let node = try StaticNode("MatMul", [[huge, huge], [huge, huge]])
    #expect(throws: OperatorError.overflow) { try node.cost() }
  }
}
