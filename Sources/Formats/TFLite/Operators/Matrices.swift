import Network

/// Matrix products.
extension SubgraphTranslator {
  mutating func fullyConnected(_ operation: LiteOperator) throws(Untranslatable) {
    let matrix = Matrix(
      source: try input(operation, 0), weight: try input(operation, 1), bias: optionalInput(operation, 2))
    let (weight, output) = (tensor(matrix.weight), operation.outputs[0])
    guard weight.rank == 2, weight.shape[1] > 0, try choice(operation, 1) == 0 else { throw .unsupported }
    let activation = try choice(operation, 0)
    if isIntegerLayer(matrix, output) {
      return try integerProduct(matrix, weight, output, activation)
    }
    let value = try rows(try real(matrix.source, .file), matrix.source, width: weight.shape[1])
    var inputs = [value, try real(matrix.weight, .file)]
    if let bias = matrix.bias { inputs.append(try realBias(bias, matrix)) }
    let product = emit("Gemm", inputs, [Attribute("transB", .integer(1))])
    try finish(try shaped(product, output), output, .file, activation: activation)
  }

  /// As a convolution by windows of one element, which has integer operands and a bias.
  private mutating func integerProduct(
    _ matrix: Matrix, _ weight: LiteTensor, _ output: Int, _ activation: Int
  ) throws(Untranslatable) {
    let source = emit(
      "Reshape", [try operand(matrix.source, .file), integers([-1, weight.shape[1], 1])], isAuxiliary: true)
    let filter = emit(
      "Reshape", [try operand(matrix.weight, .file), integers(weight.shape + [1])], isAuxiliary: true)
    let product = try integerConvolution(matrix, source, filter, to: output, [])
    try finishIntegers(try shaped(product, output, isAlways: true), output, .file, activation)
  }

  /// A tensor as a matrix of rows of `width` elements.
  private mutating func rows(_ value: ValueID, _ index: Int, width: Int) throws(Untranslatable) -> ValueID {
    if tensor(index).rank == 2, tensor(index).shape[1] == width { return value }
    return emit("Reshape", [value, integers([-1, width])], isAuxiliary: true)
  }

  /// Rows in the shape of the result.
  private mutating func shaped(
    _ value: ValueID, _ output: Int, isAlways: Bool = false
  ) throws(Untranslatable) -> ValueID {
    if tensor(output).rank == 2, !isAlways { return value }
    guard let shape = target(of: output) else { throw .unsupported }
    return emit("Reshape", [value, integers(shape)], isAuxiliary: true)
  }

  /// The shape of a tensor with -1 for the one extent that is not fixed; nil if there are several.
  func target(of index: Int) -> [Int]? {
    guard tensor(index).hasKnownRank else { return nil }
    let extents = tensor(index).extents
    guard extents.count(where: { $0 == nil }) <= 1 else { return nil }
    return extents.map { $0 ?? -1 }
  }

  mutating func batchProduct(_ operation: LiteOperator) throws(Untranslatable) {
    let (left, right) = (try input(operation, 0), try input(operation, 1))
    let values = [
      try turned(try real(left, .file), left, try flag(operation, 0)),
      try turned(try real(right, .file), right, try flag(operation, 1)),
    ]
    try finish(emit("MatMul", values), operation.outputs[0], .file)
  }

  /// With the last two axes exchanged.
  private mutating func turned(
    _ value: ValueID, _ index: Int, _ isTurned: Bool
  ) throws(Untranslatable) -> ValueID {
    guard isTurned else { return value }
    let rank = tensor(index).rank
    guard rank >= 2 else { throw .unsupported }
    return transposed(value, Array(0..<(rank - 2)) + [rank - 1, rank - 2], isAuxiliary: true)
  }
}
