import Network

/// Layers whose operands are integers of 8 bits.
extension SubgraphTranslator {
  /// Whether a layer can work on the integers as they are.
  func isIntegerLayer(_ matrix: Matrix, _ output: Int) -> Bool {
    func isByte(_ index: Int) -> Bool {
      let tensor = tensor(index)
      return tensor.isQuantized && tensor.element?.bits == 8 && !tensor.quantization.isBlockwise
    }
    let weight = tensor(matrix.weight)
    guard isByte(matrix.source), isByte(matrix.weight), isByte(output),
      tensor(matrix.source).quantization.scales.count == 1, tensor(output).quantization.scales.count == 1,
      matrix.bias.map({ tensor($0).type == .int32 }) ?? true
    else { return false }
    let outputs = tensor(output).shape.last ?? 0
    return weight.quantization.scales.count == 1 || weight.quantization.scales.count == outputs
  }

  /// The convolution of `source` by `weight`, both in the network's layout.
  mutating func integerConvolution(
    _ matrix: Matrix, _ source: ValueID, _ weight: ValueID, to output: Int, _ attributes: [Attribute]
  ) throws(Untranslatable) -> ValueID {
    let (scale, zero) = try quantizer(matrix.source, .file)
    let (weightScale, weightZero) = try quantizer(matrix.weight, .file)
    let (resultScale, resultZero) = try quantizer(output, .file)
    var inputs: [ValueID?] = [
      source, scale, zero, weight, weightScale, weightZero, resultScale, resultZero,
    ]
    if let bias = matrix.bias { inputs.append(try operand(bias, .file)) }
    return emit("QLinearConv", inputs, attributes)
  }

  /// Binds integers, kept between those that stand for an activation's limits.
  mutating func finishIntegers(
    _ value: ValueID, _ output: Int, _ layout: Layout, _ activation: Int
  ) throws(Untranslatable) {
    let tensor = tensor(output)
    guard let element = tensor.element, let scale = tensor.quantization.scales.first, scale > 0 else {
      guard activation == 0 else { throw .unsupported }
      return try finish(value, output, layout, hasRealValues: false)
    }
    let limits: (low: Float?, high: Float?)
    switch activation {
    case 0: limits = (nil, nil)
    case 1: limits = (0, nil)
    case 2: limits = (-1, 1)
    case 3: limits = (0, 6)
    default: throw .unsupported
    }
    let zero = tensor.quantization.zeroPoints.first ?? 0
    let range = element == .uint8 ? 0...255 : -128...127
    func place(_ number: Float) -> Int {
      let place = (number / scale).rounded() + Float(zero)
      return Int(min(max(place, Float(range.lowerBound)), Float(range.upperBound)))
    }
    let (low, high) = (limits.low.map(place) ?? range.lowerBound, limits.high.map(place) ?? range.upperBound)
    guard low > range.lowerBound || high < range.upperBound else {
      return try finish(value, output, layout, hasRealValues: false)
    }
    let clipped = emit(
      "Clip", [value, number([low], element, dimensions: []), number([high], element, dimensions: [])])
    try finish(clipped, output, layout, hasRealValues: false)
  }

  /// A bias as numbers. Stored as integers, its scale is the product of those of the operands.
  mutating func realBias(_ bias: Int, _ matrix: Matrix) throws(Untranslatable) -> ValueID {
    let tensor = tensor(bias)
    let value = try operand(bias, .file)
    guard tensor.type == .int32 || tensor.type == .int64 else { return try real(bias, .file) }
    let source = self.tensor(matrix.source).quantization.scales
    let weights = self.tensor(matrix.weight).quantization.scales
    guard let factor = source.first, source.count == 1, !weights.isEmpty else { throw .unsupported }
    let scales = weights.map { $0 * factor }
    let number = emit(
      "Cast", [value], [Attribute("to", .integer(Int(ElementType.float32.rawValue)))], isAuxiliary: true)
    return emit("Mul", [number, floats(scales, dimensions: [scales.count])], isAuxiliary: true)
  }
}
