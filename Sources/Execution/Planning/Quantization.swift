internal import Kernels
internal import Network
internal import Operators

/// What 8-bit numbers stand for: `scale (q - zero)`.
struct Quantization: Sendable, Equatable {
  let scale: Float
  let zero: Int
  let isSigned: Bool

  /// nil unless the numbers are 8-bit ones with one positive scale.
  init?(scale: Float, zero: Int, element: ElementType) {
    guard element == .int8 || element == .uint8, scale > 0, scale.isFinite else { return nil }
    let isSigned = element == .int8
    guard isSigned ? (-128...127).contains(zero) : (0...255).contains(zero) else { return nil }
    self.scale = scale
    self.zero = zero
    self.isSigned = isSigned
  }

  /// The zero point where signed numbers are kept as `q + 128`.
  var unsignedZero: Int { isSigned ? zero + 128 : zero }

  /// The unsigned number of `value`: rounded with halves to even, within 0...255.
  func unsigned(_ value: Float) -> Int {
    let steps = (value / scale).rounded(.toNearestOrEven) + Float(unsignedZero)
    return steps.isNaN ? unsignedZero : Int(min(max(steps, 0), 255))
  }

  /// What an unsigned number stands for.
  func value(_ number: Int) -> Float { Float(number - unsignedZero) * scale }
}

/// Constant weights of 8 bits, zero points taken off: `scales[c] * weights`.
struct QuantizedWeights: Sendable {
  let source: Constant
  let dimensions: [Int]
  let isSigned: Bool
  /// One for all or one for each channel along the axis that the user of the weights names.
  let zeros: [Int]
  let scales: [Float]

  /// The weights in memory; nil if taking off the zero points leaves a number that 8 bits do not hold.
  func load(channelAxis: Int) throws(OperatorError) -> [Int8]? {
    let tensor = try source.load()
    defer { source.release() }
    let bytes = tensor.elements(as: UInt8.self)
    var result = [Int8](repeating: 0, count: bytes.count)
    let span = dimensions[(channelAxis + 1)...].reduce(1, *)
    for index in bytes.indices {
      let number = isSigned ? Int(Int8(bitPattern: bytes[index])) : Int(bytes[index])
      let zero = zeros.count == 1 ? zeros[0] : zeros[index / span % zeros.count]
      guard let value = Int8(exactly: number - zero) else { return nil }
      result[index] = value
    }
    return result
  }

  /// More than this many weights are left to the kernels for floats, which count with wider numbers.
  private static let mostWeights = 1 << 30

  /// Whether `load` gives weights.
  func fits(channelAxis: Int) throws(OperatorError) -> Bool {
    guard let count = Shape(dimensions).elementCount, count <= Self.mostWeights else { return false }
    if isSigned && zeros.allSatisfy({ $0 == 0 }) || !isSigned && zeros.allSatisfy({ $0 == 128 }) {
      return true
    }
    return try load(channelAxis: channelAxis) != nil
  }

  func scale(_ channel: Int) -> Float { scales.count == 1 ? scales[0] : scales[channel] }
}

extension PlanGraph {
  /// The one number that a constant input holds.
  func scalar(_ node: PlanNode, _ input: Int) throws(OperatorError) -> Float? {
    guard let values = try floats(node, input), values.count == 1 else { return nil }
    return values[0]
  }

  /// Scale and zero point as inputs of a node; an omitted zero point is 0.
  func quantization(
    _ node: PlanNode, scale: Int, zero: Int, element: ElementType
  ) throws(OperatorError) -> Quantization? {
    guard let scale = try scalar(node, scale) else { return nil }
    var point = 0
    if zero < node.inputs.count, node.inputs[zero] != nil {
      guard let values = try constant(node, zero)?.load().integers, values.count == 1 else { return nil }
      point = values[0]
    }
    return Quantization(scale: scale, zero: point, element: element)
  }

  /// Weights with scales and zero points as inputs of a node, one for all or one for each of `channels`.
  func quantizedWeights(
    _ node: PlanNode, _ input: Int, scale: Int, zero: Int, channels: Int
  ) throws(OperatorError) -> QuantizedWeights? {
    guard input < node.inputs.count, let id = node.inputs[input], let source = self[id].constant,
      let dimensions = self[id].dimensions, self[id].element == .int8 || self[id].element == .uint8,
      let scales = try floats(node, scale), scales.count == 1 || scales.count == channels
    else { return nil }
    var zeros = [0]
    if zero < node.inputs.count, node.inputs[zero] != nil {
      guard let values = try constant(node, zero)?.load().integers else { return nil }
      zeros = values
    }
    guard zeros.count == 1 || zeros.count == channels, scales.allSatisfy({ $0 > 0 && $0.isFinite }),
      zeros.allSatisfy({ (-128...255).contains($0) })
    else { return nil }
    return QuantizedWeights(
      source: source, dimensions: dimensions, isSigned: self[id].element == .int8, zeros: zeros,
      scales: scales)
  }
}
