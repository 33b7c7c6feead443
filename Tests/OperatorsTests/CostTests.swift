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

/// Work of operators that no framework's counter knows, in closed form.
@Suite struct CompositeCostTests {
  /// Per token and key head, a product to write the state of 8 x 16, one to look up, and one for each query head.
  @Test func linearAttention() throws {
    let node = try StaticNode(
      "LinearAttention",
      [[2, 5, 4 * 8], [2, 5, 2 * 8], [2, 5, 2 * 16], nil, [2, 5, 2], [2, 5, 2]],
      [Attribute("q_num_heads", .integer(4)), Attribute("kv_num_heads", .integer(2))], version: 27)
    #expect(try node.outputs()[0].shape == [2, 5, 64])
    #expect(try node.outputs()[1].shape == [2, 2, 8, 16])
    #expect(try node.cost().macs == 2 * 5 * 8 * 16 * (2 * 2 + 4))
  }

  @Test func causalConvolution() throws {
    let node = try StaticNode("CausalConvWithState", [[2, 6, 9], [6, 1, 4], [6]], version: 27)
    #expect(try node.outputs()[1].shape == [2, 6, 3])
    #expect(try node.cost() == Cost(macs: 2 * 6 * 9 * 4, elementwiseOperations: 2 * 6 * 9))
  }

  /// Each token passes through 2 of 4 experts, of 8 x 16 and 16 x 8 weights each.
  @Test func mixtureOfExperts() throws {
    let node = try StaticNode(
      "MoE", [[5, 8], [5, 4], [4, 16, 8], nil, [4, 8, 16]], [Attribute("k", .integer(2))],
      domain: "com.microsoft", version: 1)
    #expect(try node.cost().macs == 5 * 2 * (8 * 16 + 16 * 8))
  }

  /// The projection to queries, keys and values, then both products of 4 heads of 8.
  @Test func projectedAttention() throws {
    let node = try StaticNode(
      "Attention", [[2, 7, 32], [32, 96], [96]], [Attribute("num_heads", .integer(4))],
      domain: "com.microsoft", version: 1, outputs: 2)
    #expect(try node.outputs()[1].shape == [2, 2, 4, 7, 8])
    #expect(try node.cost().macs == 2 * 7 * 32 * 96 + 2 * 4 * 7 * 7 * 16)
  }

  /// Channels last: 7 x 7 places of 3 x 3 less one comparisons.
  @Test func channelsLast() throws {
    let window = [Attribute("kernel_shape", .integers([3, 3])), Attribute("pads", .integers([1, 1, 1, 1]))]
    let node = try StaticNode("NhwcMaxPool", [[1, 7, 7, 4]], window, domain: "com.microsoft", version: 1)
    #expect(try node.outputs()[0].shape == [1, 7, 7, 4])
    #expect(try node.cost().elementwiseOperations == 7 * 7 * 4 * 8)
  }

  /// Three regressors of 4 features; a product and an intercept each.
  @Test func linearRegression() throws {
    let node = try StaticNode(
      "LinearRegressor", [[6, 4]],
      [
        Attribute("targets", .integer(3)), Attribute("coefficients", .floats(Array(repeating: 1, count: 12))),
        Attribute("intercepts", .floats([0, 0, 0])),
      ], domain: "ai.onnx.ml", version: 3)
    #expect(try node.outputs()[0].shape == [6, 3])
    #expect(try node.cost() == Cost(macs: 6 * 12, elementwiseOperations: 6 * 3))
  }

  /// One tree of two comparisons on its longest way: two and a sum for each row.
  @Test func trees() throws {
    let attributes: [Attribute] = [
      Attribute("nodes_treeids", .integers([0, 0, 0, 0, 0])),
      Attribute("nodes_nodeids", .integers([0, 1, 2, 3, 4])),
      Attribute("nodes_featureids", .integers([0, 0, 1, 0, 0])),
      Attribute(
        "nodes_modes",
        .strings(["BRANCH_LEQ", "LEAF", "BRANCH_LT", "LEAF", "LEAF"].map { Array($0.utf8) })),
      Attribute("nodes_values", .floats([0, 0, 0, 0, 0])),
      Attribute("nodes_truenodeids", .integers([1, 0, 3, 0, 0])),
      Attribute("nodes_falsenodeids", .integers([2, 0, 4, 0, 0])),
      Attribute("target_treeids", .integers([0, 0, 0])), Attribute("target_nodeids", .integers([1, 3, 4])),
      Attribute("target_ids", .integers([0, 0, 0])), Attribute("target_weights", .floats([1, 2, 3])),
    ]
    let node = try StaticNode(
      "TreeEnsembleRegressor", [[6, 2]], attributes, domain: "ai.onnx.ml", version: 3)
    #expect(try node.outputs()[0].shape == [6, 1])
    #expect(try node.cost() == Cost(elementwiseOperations: 6 * 3))
    // A row must have the feature that a node asks for.
    let narrow = try StaticNode(
      "TreeEnsembleRegressor", [[6, 1]], attributes, domain: "ai.onnx.ml", version: 3)
    #expect(throws: OperatorError.self) { try narrow.outputs() }
  }

  /// A tree that runs in a circle is refused.
  @Test func circularTree() throws {
    let kind = try #require(OperatorRegistry.find(domain: "ai.onnx.ml", name: "TreeEnsembleRegressor"))
    let attributes: [Attribute] = [
      Attribute("nodes_treeids", .integers([0, 0])), Attribute("nodes_nodeids", .integers([0, 1])),
      Attribute("nodes_featureids", .integers([0, 0])),
      Attribute("nodes_modes", .strings(["BRANCH_LEQ", "BRANCH_LEQ"].map { Array($0.utf8) })),
      Attribute("nodes_values", .floats([0, 0])), Attribute("nodes_truenodeids", .integers([1, 0])),
      Attribute("nodes_falsenodeids", .integers([1, 0])),
    ]
    #expect(throws: OperatorError.self) {
      try kind.init(AttributeReader(attributes, version: 3, inputCount: 1, outputCount: 1))
    }
  }
}
