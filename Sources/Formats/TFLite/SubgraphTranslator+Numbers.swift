import Network

/// Quantised tensors as the numbers that their integers stand for, and activations that an operator ends with.
extension SubgraphTranslator {
  /// A tensor as numbers: the values themselves, or what their integers stand for.
  mutating func real(_ index: Int, _ layout: Layout) throws(Untranslatable) -> ValueID {
    let tensor = subgraph.tensors[index]
    let value = try operand(index, layout)
    guard tensor.isQuantized else { return value }
    let (scale, zero) = try quantizer(index, layout)
    return emit(
      "DequantizeLinear", [value, scale, zero], quantizationAxis(tensor, layout), isAuxiliary: true)
  }

  /// A tensor as stored; errors of the file stop translation.
  mutating func operand(_ index: Int, _ layout: Layout) throws(Untranslatable) -> ValueID {
    do throws(FormatError) {
      return try value(index, layout)
    } catch {
      throw .malformed(error)
    }
  }

  /// The input of an operator at a place; nil if it is left out.
  func optionalInput(_ operation: LiteOperator, _ place: Int) -> Int? {
    guard place < operation.inputs.count, operation.inputs[place] >= 0 else { return nil }
    return operation.inputs[place]
  }

  func input(_ operation: LiteOperator, _ place: Int) throws(Untranslatable) -> Int {
    guard let index = optionalInput(operation, place) else {
      throw .malformed(FormatError(.malformedOperator("input \(place) is missing")))
    }
    return index
  }

  func malformed(_ reason: String) -> Untranslatable { .malformed(FormatError(.malformedOperator(reason))) }

  /// Scale and zero point of a tensor as values, of one element or of one for each place along an axis.
  mutating func quantizer(
    _ index: Int, _ layout: Layout
  ) throws(Untranslatable) -> (scale: ValueID, zero: ValueID) {
    let key = QuantizerKey(tensor: index, layout: layout)
    if let known = quantizers[key] { return known }
    let tensor = subgraph.tensors[index]
    let quantization = tensor.quantization
    guard !quantization.isBlockwise, let element = tensor.element else { throw .unsupported }
    let count = quantization.scales.count
    var zeros = quantization.zeroPoints
    if zeros.isEmpty { zeros = Array(repeating: 0, count: count) }
    let dimensions = count == 1 ? [] : [count]
    let scale = floats(quantization.scales, dimensions: dimensions)
    let zero: ValueID
    if element.bits < 8 {
      guard zeros.allSatisfy({ $0 == 0 }) else { throw .unsupported }
      let bytes = [UInt8](repeating: 0, count: (count * element.bits + 7) / 8)
      zero = initializer(Tensor(element: element, dimensions: dimensions, storage: .bytes(bytes)))
    } else {
      zero = number(zeros, element, dimensions: dimensions)
    }
    quantizers[key] = (scale, zero)
    return (scale, zero)
  }

  private func quantizationAxis(_ tensor: LiteTensor, _ layout: Layout) -> [Attribute] {
    guard tensor.quantization.scales.count > 1 else { return [] }
    let axis = axis(tensor.quantization.axis, rank: tensor.rank, layout)
    return [Attribute("axis", .integer(axis))]
  }

  /// Whether two tensors' integers stand for the same numbers, so that elements can be moved as they are.
  func sharesQuantization(_ a: Int, _ b: Int) -> Bool {
    let (first, second) = (subgraph.tensors[a], subgraph.tensors[b])
    guard first.isQuantized || second.isQuantized else { return true }
    return first.element == second.element && first.quantization.scales == second.quantization.scales
      && first.quantization.zeroPoints == second.quantization.zeroPoints
  }

  /// Binds numbers to a tensor, as integers if it is quantised.
  mutating func finish(
    _ value: ValueID, _ index: Int, _ layout: Layout, activation: Int = 0, hasRealValues: Bool = true
  ) throws(Untranslatable) {
    var result = try activated(value, activation)
    let tensor = subgraph.tensors[index]
    if hasRealValues, tensor.isQuantized {
      let (scale, zero) = try quantizer(index, layout)
      result = emit(
        "QuantizeLinear", [result, scale, zero], quantizationAxis(tensor, layout), isAuxiliary: true)
    }
    bind(index, layout, result)
  }

  /// `ActivationFunctionType` of the schema.
  mutating func activated(_ value: ValueID, _ activation: Int) throws(Untranslatable) -> ValueID {
    switch activation {
    case 0: return value
    case 1: return emit("Relu", [value])
    case 2: return emit("Clip", [value, scalar(-1), scalar(1)])
    case 3: return emit("Clip", [value, scalar(0), scalar(6)])
    case 4: return emit("Tanh", [value])
    case 5: return emit("Sign", [value])
    default: throw malformed("its activation \(activation) does not exist")
    }
  }

  // Settings, with errors of the file as errors of translation.

  func setting(_ operation: LiteOperator, _ field: Int, default value: Int32 = 0) throws(Untranslatable)
    -> Int
  {
    try reading { () throws(FormatError) in try operation.options?.int32(field, default: value) ?? Int(value)
    }
  }

  func choice(_ operation: LiteOperator, _ field: Int) throws(Untranslatable) -> Int {
    try reading { () throws(FormatError) in try operation.options?.byte(field) ?? 0 }
  }

  func flag(_ operation: LiteOperator, _ field: Int, default value: Bool = false) throws(Untranslatable)
    -> Bool
  {
    try reading { () throws(FormatError) in try operation.options?.flag(field, default: value) ?? value }
  }

  func number(_ operation: LiteOperator, _ field: Int) throws(Untranslatable) -> Float {
    try reading { () throws(FormatError) in try operation.options?.float(field) ?? 0 }
  }

  func reading<Result>(_ body: () throws(FormatError) -> Result) throws(Untranslatable) -> Result {
    do throws(FormatError) {
      return try body()
    } catch {
      throw .malformed(error)
    }
  }
}
