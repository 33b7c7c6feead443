/// Which translation each builtin operator of the schema has, by its code. Operators that are not here keep their name.
enum OperatorTable {
  typealias Handler =
    @Sendable (_ translator: inout SubgraphTranslator, _ operation: LiteOperator) throws(Untranslatable) ->
    Void

  static let handlers: [Int: Handler] = Dictionary(
    [elementwise, windows, matrices, shapes, movement, selection, reductions, recurrent, control]
      .flatMap { $0 },
    uniquingKeysWith: { first, _ in first })

  /// Operators that are worth translating although nothing reads a result of theirs: CALL_ONCE and ASSIGN_VARIABLE.
  static let withoutOutputs: Set<Int> = [129, 144]

  private static let elementwise: [(Int, Handler)] = [
    (0, arithmetic("Add")), (18, arithmetic("Mul")), (41, arithmetic("Sub")), (42, arithmetic("Div")),
    (8, unary("Floor")), (14, unary("Sigmoid")), (19, unary("Relu")), (28, unary("Tanh")), (47, unary("Exp")),
    (59, unary("Neg")), (66, unary("Sin")), (73, unary("Log")), (75, unary("Sqrt")), (87, unary("Not")),
    (101, unary("Abs")), (104, unary("Ceil")), (108, unary("Cos")), (111, unary("Elu")),
    (116, unary("Round")),
    (117, unary("HardSwish")), (158, unary("Sign")),
    (20, clip(-1, 1)), (21, clip(0, 6)), (152, clip(0, 1)),
    (55, binary("Max")), (57, binary("Min")), (78, binary("Pow")), (58, binary("Less")),
    (61, binary("Greater")),
    (62, binary("GreaterOrEqual")), (63, binary("LessOrEqual")), (71, binary("Equal")), (84, binary("Or")),
    (86, binary("And")), (160, binary("BitwiseXor")),
    (72, { translator, operation throws(Untranslatable) in try translator.notEqual(operation) }),
    (76, { translator, operation throws(Untranslatable) in try translator.reciprocalRoot(operation) }),
    (92, { translator, operation throws(Untranslatable) in try translator.square(operation) }),
    (99, { translator, operation throws(Untranslatable) in try translator.squaredDifference(operation) }),
    (90, { translator, operation throws(Untranslatable) in try translator.floorDivision(operation) }),
    (95, { translator, operation throws(Untranslatable) in try translator.floorRemainder(operation) }),
    (98, { translator, operation throws(Untranslatable) in try translator.leakyRelu(operation) }),
    (150, { translator, operation throws(Untranslatable) in try translator.gelu(operation) }),
    (54, { translator, operation throws(Untranslatable) in try translator.parametricRelu(operation) }),
    (106, { translator, operation throws(Untranslatable) in try translator.sum(operation) }),
    (64, { translator, operation throws(Untranslatable) in try translator.select(operation) }),
    (123, { translator, operation throws(Untranslatable) in try translator.select(operation) }),
    (53, { translator, operation throws(Untranslatable) in try translator.cast(operation) }),
    (114, { translator, operation throws(Untranslatable) in try translator.quantize(operation) }),
    (6, { translator, operation throws(Untranslatable) in try translator.dequantize(operation) }),
    (25, { translator, operation throws(Untranslatable) in try translator.softmax(operation) }),
    (50, { translator, operation throws(Untranslatable) in try translator.logSoftmax(operation) }),
    (11, { translator, operation throws(Untranslatable) in try translator.normalize(operation) }),
    (13, { translator, operation throws(Untranslatable) in try translator.localResponse(operation) }),
  ]

  private static let windows: [(Int, Handler)] = [
    (
      3,
      { translator, operation throws(Untranslatable) in
        try translator.convolution(operation, isDepthwise: false)
      }
    ),
    (
      4,
      { translator, operation throws(Untranslatable) in
        try translator.convolution(operation, isDepthwise: true)
      }
    ),
    (132, { translator, operation throws(Untranslatable) in try translator.convolution3D(operation) }),
    (67, { translator, operation throws(Untranslatable) in try translator.transposedConvolution(operation) }),
    (1, { translator, operation throws(Untranslatable) in try translator.pool(operation, "AveragePool") }),
    (17, { translator, operation throws(Untranslatable) in try translator.pool(operation, "MaxPool") }),
    (12, { translator, operation throws(Untranslatable) in try translator.rootMeanSquarePool(operation) }),
    (
      23, { translator, operation throws(Untranslatable) in try translator.resize(operation, isLinear: true) }
    ),
    (
      97,
      { translator, operation throws(Untranslatable) in try translator.resize(operation, isLinear: false) }
    ),
    (5, { translator, operation throws(Untranslatable) in try translator.blocks(operation, "DepthToSpace") }),
    (
      26, { translator, operation throws(Untranslatable) in try translator.blocks(operation, "SpaceToDepth") }
    ),
  ]

  private static let matrices: [(Int, Handler)] = [
    (9, { translator, operation throws(Untranslatable) in try translator.fullyConnected(operation) }),
    (126, { translator, operation throws(Untranslatable) in try translator.batchProduct(operation) }),
  ]

  private static let shapes: [(Int, Handler)] = [
    (22, { translator, operation throws(Untranslatable) in try translator.reshape(operation) }),
    (43, { translator, operation throws(Untranslatable) in try translator.squeeze(operation) }),
    (70, { translator, operation throws(Untranslatable) in try translator.expandDimensions(operation) }),
    (77, { translator, operation throws(Untranslatable) in try translator.shape(operation) }),
    (110, { translator, operation throws(Untranslatable) in try translator.rank(operation) }),
    (94, { translator, operation throws(Untranslatable) in try translator.fill(operation) }),
    (93, { translator, operation throws(Untranslatable) in try translator.zerosLike(operation) }),
    (96, { translator, operation throws(Untranslatable) in try translator.range(operation) }),
    (130, { translator, operation throws(Untranslatable) in try translator.broadcastTo(operation) }),
  ]

  private static let movement: [(Int, Handler)] = [
    (2, { translator, operation throws(Untranslatable) in try translator.concatenate(operation) }),
    (34, { translator, operation throws(Untranslatable) in try translator.pad(operation) }),
    (60, { translator, operation throws(Untranslatable) in try translator.pad(operation) }),
    (100, { translator, operation throws(Untranslatable) in try translator.mirrorPad(operation) }),
    (39, { translator, operation throws(Untranslatable) in try translator.transpose(operation) }),
    (45, { translator, operation throws(Untranslatable) in try translator.stridedSlice(operation) }),
    (65, { translator, operation throws(Untranslatable) in try translator.slice(operation) }),
    (49, { translator, operation throws(Untranslatable) in try translator.split(operation) }),
    (102, { translator, operation throws(Untranslatable) in try translator.splitBySizes(operation) }),
    (83, { translator, operation throws(Untranslatable) in try translator.pack(operation) }),
    (88, { translator, operation throws(Untranslatable) in try translator.unpack(operation) }),
    (69, { translator, operation throws(Untranslatable) in try translator.tile(operation) }),
    (105, { translator, operation throws(Untranslatable) in try translator.reverse(operation) }),
    (38, { translator, operation throws(Untranslatable) in try translator.spaceToBatch(operation) }),
    (37, { translator, operation throws(Untranslatable) in try translator.batchToSpace(operation) }),
  ]

  private static let selection: [(Int, Handler)] = [
    (36, { translator, operation throws(Untranslatable) in try translator.gather(operation) }),
    (107, { translator, operation throws(Untranslatable) in try translator.gatherElements(operation) }),
    (7, { translator, operation throws(Untranslatable) in try translator.lookUp(operation) }),
    (122, { translator, operation throws(Untranslatable) in try translator.scatter(operation) }),
    (85, { translator, operation throws(Untranslatable) in try translator.oneHot(operation) }),
    (48, { translator, operation throws(Untranslatable) in try translator.largest(operation) }),
    (109, { translator, operation throws(Untranslatable) in try translator.places(operation) }),
    (56, { translator, operation throws(Untranslatable) in try translator.extremum(operation, "ArgMax") }),
    (79, { translator, operation throws(Untranslatable) in try translator.extremum(operation, "ArgMin") }),
  ]

  private static let reductions: [(Int, Handler)] = [
    (40, reduction("ReduceMean")), (74, reduction("ReduceSum")), (81, reduction("ReduceProd")),
    (82, reduction("ReduceMax")), (89, reduction("ReduceMin")),
    (
      91,
      { translator, operation throws(Untranslatable) in try translator.reduceTruth(operation, "ReduceMax") }
    ),
    (
      140,
      { translator, operation throws(Untranslatable) in try translator.reduceTruth(operation, "ReduceMin") }
    ),
    (128, { translator, operation throws(Untranslatable) in try translator.cumulate(operation) }),
  ]

  private static let recurrent: [(Int, Handler)] = [
    (44, { translator, operation throws(Untranslatable) in try translator.sequenceLSTM(operation) })
  ]

  private static let control: [(Int, Handler)] = [
    (118, { translator, operation throws(Untranslatable) in try translator.branch(operation) }),
    (119, { translator, operation throws(Untranslatable) in try translator.loop(operation) }),
    (129, { translator, operation throws(Untranslatable) in try translator.callOnce(operation) }),
    (142, { translator, operation throws(Untranslatable) in try translator.variable(operation) }),
    (143, { translator, operation throws(Untranslatable) in try translator.readVariable(operation) }),
    (144, { translator, operation throws(Untranslatable) in try translator.assignVariable(operation) }),
    (206, { translator, operation throws(Untranslatable) in try translator.composite(operation) }),
    (124, { translator, operation throws(Untranslatable) in try translator.densify(operation) }),
  ]

  private static func arithmetic(_ name: String) -> Handler {
    { translator, operation throws(Untranslatable) in
      try translator.binary(operation, name, activation: try translator.choice(operation, 0))
    }
  }

  private static func binary(_ name: String) -> Handler {
    { translator, operation throws(Untranslatable) in try translator.binary(operation, name) }
  }

  private static func unary(_ name: String) -> Handler {
    { translator, operation throws(Untranslatable) in try translator.unary(operation, name) }
  }

  private static func clip(_ low: Float, _ high: Float) -> Handler {
    { translator, operation throws(Untranslatable) in try translator.clip(operation, low, high) }
  }

  private static func reduction(_ name: String) -> Handler {
    { translator, operation throws(Untranslatable) in try translator.reduce(operation, name) }
  }
}
